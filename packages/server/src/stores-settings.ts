/**
 * The setting `stores`: where image data is kept.
 *
 *   [[stores]]
 *   id = "fast"
 *   kind = "files"
 *   directory = "/srv/fast"
 *   default = true
 *
 * In the environment it is one JSON text, `VITRINE_STORES=[{"id": "fast", …}]`. Without it there is
 * one store that nobody named, in the data directory, and clients see no stores at all.
 */
import { type Choices, isText, type Setting } from './settings.ts'

export type StoreSettings = {
  readonly id: string
  readonly kind: 'files'
  readonly directory: string
  readonly description: string | undefined
  readonly isDefault: boolean
  readonly weight: number
}

/** @returns undefined when the operator named none. */
export function takeStores(choices: Choices): readonly StoreSettings[] | undefined {
  return choices.take('stores', stores)
}

const stores: Setting<readonly StoreSettings[] | undefined> = {
  expected:
    'a list of stores, each with its own id, kind = "files" and a directory, and if wanted a description, a weight, and for one of them default = true',
  fallback: undefined,
  read(value) {
    const list = isText(value) ? parseJson(value) : value
    if (!Array.isArray(list) || list.length === 0) return undefined
    const read = list.map(readStore).filter((store) => store !== undefined)
    const ids = new Set(read.map((store) => store.id))
    const defaults = read.filter((store) => store.isDefault)
    const fits = read.length === list.length && ids.size === list.length && defaults.length <= 1
    return fits ? read : undefined
  },
}

const keys = new Set(['id', 'kind', 'directory', 'description', 'default', 'weight'])

function readStore(value: unknown): StoreSettings | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const store: Readonly<Record<string, unknown>> = { ...value }
  const { id, kind, directory, description, default: isDefault = false, weight = 0 } = store
  if (Object.keys(store).some((key) => !keys.has(key))) return undefined
  // Commas separate ids in headers; the prefix is what Glance keeps for itself.
  if (!isText(id) || /[,\s/]/.test(id) || id.startsWith('os_glance')) return undefined
  if (kind !== 'files' || !isText(directory)) return undefined
  if (description !== undefined && !isText(description)) return undefined
  if (typeof isDefault !== 'boolean' || !Number.isSafeInteger(weight)) return undefined
  return { id, kind, directory, description, isDefault, weight: Number(weight) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
