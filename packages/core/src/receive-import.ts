/**
 * Brings the data of an import into one store.
 *
 *   source ──► plugins ──► signature ──► inspection and hashes ──► store
 *
 * A copy to one more store comes from a store and goes straight to the other: it was looked at when
 * it came, by rules that may have changed since.
 */
import { abortAtEnd } from './abort-at-end.ts'
import { InvalidError, WrongContentError } from './errors.ts'
import { requireHash } from './expected-hash.ts'
import { type FormatRules, inspectImage, uninspected } from './formats/inspect-image.ts'
import { requireHeld } from './held-image.ts'
import type { Image, ObjectAddress } from './image.ts'
import type { ImageSignatures } from './image-signature.ts'
import type { DataToStore, ImportPlugins } from './import-plugins/import-plugins.ts'
import type { ImportRequest } from './import-request.ts'
import type { ImportSource, ImportSources } from './import-sources.ts'
import type { Limits } from './limits.ts'
import type { Measured } from './measure.ts'
import type { Hashing } from './ports/hashing.ts'
import { noQuotas, type Quotas, requireRoom, whileThereIsRoom } from './quotas.ts'
import { receiveImageData } from './receive-image-data.ts'
import type { RecordsWithEvents } from './records-with-events.ts'
import type { RemoteImage } from './remote-image.ts'
import { reportProgress } from './report-progress.ts'
import type { Stores } from './stores.ts'
import type { Task } from './task.ts'
import type { Progress } from './task-runner.ts'

export type ReceiveImportParts = {
  readonly records: RecordsWithEvents
  readonly stores: Stores
  readonly sources: ImportSources
  readonly plugins: ImportPlugins
  readonly limits: Limits
  readonly hashAlgorithm: string
  /** Undefined to hash in place. */
  readonly hashing?: Hashing | undefined
  readonly formatRules: FormatRules
  readonly quotas?: Quotas
  /** Undefined to take signatures as any other properties. */
  readonly signatures?: ImageSignatures
}

export type ImportOfData = {
  readonly task: Task
  readonly request: ImportRequest
  /** As it was when this began. */
  readonly image: Image
  /** Where the data is to be kept. */
  readonly address: ObjectAddress
  readonly progress: Progress
}

export type ArrivedData = {
  readonly measured: Measured
  /** What the image becomes by it: what a plugin made of it, or what another region says. */
  readonly change: (image: Image) => Image
}

/** @throws whatever kept the data from the store. */
export async function receiveImport(
  parts: ReceiveImportParts,
  { task, request, image, address, progress }: ImportOfData,
): Promise<ArrivedData> {
  const { records, stores, sources, plugins, limits, quotas = noQuotas, signatures } = parts
  const requireRoomFor = (bytes: number) =>
    records.write((transaction) => requireRoom(transaction, quotas, image.owner, { bytes }))

  // What was opened and is not read to its end stays open until it is aborted.
  using leaving = abortAtEnd(progress.signal)
  await using opened = new AsyncDisposableStack()
  const source = await sources.open(task.id, request, image, leaving.signal)
  if (source.sizeBytes !== undefined) await requireRoomFor(source.sizeBytes)

  const still = async () => void (await requireHeld(records, task))
  const bytes = reportProgress(trusted(source, plugins.mayChangeData), progress, still)
  const isCopy = image.locations.length > 0
  const arriving: DataToStore = { ...formatsOf(source.remote ?? image), ...source, bytes }
  const data = isCopy
    ? arriving
    : await plugins.prepare(arriving, {
        signal: leaving.signal,
        opened,
        limitBytes: limits.imageSizeBytes,
        requireRoom: requireRoomFor,
        say: progress.say,
      })
  const within = whileThereIsRoom(data.bytes, {
    records,
    quotas,
    projectId: image.owner,
    kind: 'bytes',
    announcedBytes: data.sizeBytes,
  })
  const verified = isCopy ? undefined : signatures?.verified(image, within)
  const measured = await receiveImageData(
    stores.at(address).objects,
    address.key,
    verified ?? within,
    {
      announcedBytes: data.sizeBytes,
      limitBytes: limits.imageSizeBytes,
      hashAlgorithm: (isCopy ? image.multihash?.algorithm : undefined) ?? parts.hashAlgorithm,
      hashing: parts.hashing,
      inspection: isCopy ? uninspected : inspectImage(data, plugins.formatRules(parts.formatRules)),
    },
  )
  if (isCopy) requireTrueCopy(image, measured)
  const { remote } = source
  if (remote !== undefined && !plugins.mayChangeData) requireSame(remote, measured)
  const isConverted = data.diskFormat !== arriving.diskFormat
  return {
    measured,
    change: (image) => ({
      ...image,
      ...(remote !== undefined && takenOver(image, remote)),
      // Its owner may have named another format meanwhile.
      ...((remote !== undefined || isConverted) && formatsOf(data)),
    }),
  }
}

/** Where something else may be stored than came, what comes is compared with what was said of it. */
function trusted({ bytes, remote }: ImportSource, mayBeChanged: boolean) {
  const checksum = remote?.checksum ?? null
  if (checksum === null || !mayBeChanged) return bytes
  return requireHash(bytes, { algorithm: 'md5', value: checksum })
}

function formatsOf({ diskFormat, containerFormat }: Pick<Image, 'diskFormat' | 'containerFormat'>) {
  return { diskFormat, containerFormat }
}

/** What a copy takes over from an image of another region, besides its data and formats. */
function takenOver({ properties }: Image, remote: RemoteImage): Partial<Image> {
  return { properties: new Map([...properties, ...remote.properties]) }
}

/** @throws {InvalidError} when the data that came is not what the other region says it has. */
function requireSame({ checksum }: RemoteImage, measured: Measured): void {
  if (checksum === null || checksum === measured.checksum) return
  throw new InvalidError(
    `Cannot keep the copy: the md5 of its data is ${measured.checksum}, and ${checksum} there`,
  )
}

/** @throws {WrongContentError} when what the other store gives is not the image's data any more. */
function requireTrueCopy({ id, multihash }: Image, measured: Measured): void {
  const { algorithm, value } = measured.multihash
  if (multihash === null || multihash.algorithm !== algorithm || multihash.value === value) return
  throw new WrongContentError(
    `Cannot copy image ${id}: the ${algorithm} of the data that its store gives is ${value}, and should be ${multihash.value}`,
  )
}
