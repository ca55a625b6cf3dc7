/**
 * What one project may keep in all: images, bytes, and what is on its way.
 *
 * It is checked in the transaction that uses it, with the project's usage locked, so that it holds
 * however many ask at once. Bytes whose number nobody announced are checked again when they are in.
 */
import type { Actor } from './actor.ts'
import { TooLargeError } from './errors.ts'
import type { RecordsReader, RecordsTransaction, Usage } from './ports/records.ts'

/** The most of everything that a project's usage counts. A negative number is no limit. */
export type Quotas = Usage

export const noQuotas: Quotas = { images: -1, bytes: -1, stagedBytes: -1, uploading: -1 }

const units: Readonly<Record<keyof Usage, string>> = {
  images: 'images',
  bytes: 'bytes',
  stagedBytes: 'bytes of staged data',
  uploading: 'images that are being uploaded or imported',
}

/**
 * @param more what is about to be added. Where that is not known yet, 0 asks whether the project is
 *   within its limit at all.
 * @throws {TooLargeError} when the project may not have so much more.
 */
export async function requireRoom(
  transaction: RecordsTransaction,
  quotas: Quotas,
  projectId: string | null,
  more: Partial<Usage>,
): Promise<void> {
  const limited = usageKeys.filter((key) => more[key] !== undefined && quotas[key] >= 0)
  if (limited.length === 0 || projectId === null) return
  requireRoomBeside(await transaction.lockUsage(projectId), quotas, projectId, more)
}

function requireRoomBeside(
  usage: Usage,
  quotas: Quotas,
  projectId: string,
  more: Partial<Usage>,
): void {
  for (const key of usageKeys) {
    const added = more[key]
    if (added === undefined || quotas[key] < 0) continue
    if (usage[key] + added <= quotas[key]) continue
    const left = Math.max(0, quotas[key] - usage[key])
    throw new TooLargeError(
      `Cannot add ${added} ${units[key]}: project ${projectId} has ${left} left of its limit of ${quotas[key]}`,
    )
  }
}

/** How much comes between two looks at what the project has left. */
const lookEveryBytes = 16 * 2 ** 20

export type Arrival = {
  readonly records: RecordsReader
  readonly quotas: Quotas
  readonly projectId: string | null
  readonly kind: 'bytes' | 'stagedBytes'
  /** Undefined where nobody has said: what was said was checked before the first byte. */
  readonly announcedBytes: number | undefined
}

/**
 * Passes bytes on as long as the project has room for those that came so far: who may keep little
 * makes the store take no more than a little. Whether there is room for all is decided at their end.
 *
 * @throws {TooLargeError} when there is none.
 */
export function whileThereIsRoom(
  bytes: AsyncIterable<Uint8Array>,
  { records, quotas, projectId, kind, announcedBytes }: Arrival,
): AsyncIterable<Uint8Array> {
  if (announcedBytes !== undefined || projectId === null || quotas[kind] < 0) return bytes
  return lookNowAndThen(bytes, async (sizeBytes) => {
    const usage = await records.findUsage(projectId)
    requireRoomBeside(usage, quotas, projectId, { [kind]: sizeBytes })
  })
}

async function* lookNowAndThen(
  bytes: AsyncIterable<Uint8Array>,
  look: (sizeBytes: number) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0
  let nextLookAt = lookEveryBytes
  for await (const chunk of bytes) {
    sizeBytes += chunk.byteLength
    if (sizeBytes >= nextLookAt) {
      await look(sizeBytes)
      nextLookAt = sizeBytes + lookEveryBytes
    }
    yield chunk
  }
}

const usageKeys = ['images', 'bytes', 'stagedBytes', 'uploading'] as const

export type UsageAndQuotas = { readonly usage: Usage; readonly quotas: Quotas }

/** What callers may know of their project's limits, and how much of them is used. */
export class ProjectUsage {
  readonly #records: RecordsReader
  readonly #quotas: Quotas

  constructor(parts: { records: RecordsReader; quotas: Quotas }) {
    this.#records = parts.records
    this.#quotas = parts.quotas
  }

  /** @returns undefined where nothing is limited, or the caller speaks for no project. */
  async show(actor: Actor): Promise<UsageAndQuotas | undefined> {
    const isLimited = usageKeys.some((key) => this.#quotas[key] >= 0)
    if (!isLimited || actor.projectId === undefined) return undefined
    return { usage: await this.#records.findUsage(actor.projectId), quotas: this.#quotas }
  }
}
