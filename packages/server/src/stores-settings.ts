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
import { type Choices, isText, readListOfTables, type Setting } from './settings.ts'

export type StoreSettings = {
  readonly id: string
  /** `files` keeps data in a directory; `http` reads what others keep on the web. */
  readonly kind: 'files' | 'http'
  /** For files only. */
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
    'a list of stores, each with its own id, kind = "files" and a directory or kind = "http", and if wanted a description, a weight, and for one of the files default = true',
  fallback: undefined,
  read(value) {
    const read = readListOfTables(value, readStore)
    if (read === undefined) return undefined
    const ids = new Set(read.map((store) => store.id))
    const defaults = read.filter((store) => store.isDefault)
    const takesData = read.some((store) => store.kind === 'files')
    return takesData && ids.size === read.length && defaults.length <= 1 ? read : undefined
  },
}

const keys = new Set(['id', 'kind', 'directory', 'description', 'default', 'weight'])

function readStore(store: Readonly<Record<string, unknown>>): StoreSettings | undefined {
  const { id, kind, directory = '', description, default: isDefault = false, weight = 0 } = store
  if (Object.keys(store).some((key) => !keys.has(key))) return undefined
  // Commas separate ids in headers; the prefix is what Glance keeps for itself.
  if (!isText(id) || /[,\s/]/.test(id) || id.startsWith('os_glance')) return undefined
  if ((kind !== 'files' && kind !== 'http') || typeof directory !== 'string') return undefined
  if ((kind === 'files') !== isText(directory) || (kind === 'http' && isDefault)) return undefined
  if (description !== undefined && !isText(description)) return undefined
  if (typeof isDefault !== 'boolean' || !Number.isSafeInteger(weight)) return undefined
  return { id, kind, directory, description, isDefault, weight: Number(weight) }
}
