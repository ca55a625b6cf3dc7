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
import { readS3, type S3Defaults, type S3Settings, s3Keys } from './s3-settings.ts'
import { type Choices, isText, readListOfTables, type Setting, withoutSecrets } from './settings.ts'

export type StoreSettings = {
  readonly id: string
  /** `files` keeps data in a directory, `s3` in a bucket; `http` reads what others keep on the web. */
  readonly kind: 'files' | 's3' | 'http'
  /** For files only. */
  readonly directory: string
  /** For S3 only. */
  readonly s3: S3Settings | undefined
  readonly description: string | undefined
  readonly isDefault: boolean
  readonly weight: number
}

/** @returns undefined when the operator named none. */
export function takeStores(
  choices: Choices,
  s3Defaults: S3Defaults,
): readonly StoreSettings[] | undefined {
  return choices.take('stores', storesSetting(s3Defaults))
}

function storesSetting(s3Defaults: S3Defaults): Setting<readonly StoreSettings[] | undefined> {
  return {
    expected:
      'a list of stores, each with its own id, kind = "files" and a directory, kind = "s3" and a bucket, or kind = "http", and if wanted a description, a weight, and for one that takes data default = true',
    fallback: undefined,
    show: withoutSecrets,
    read(value) {
      const read = readListOfTables(value, (store) => readStore(store, s3Defaults))
      if (read === undefined) return undefined
      const ids = new Set(read.map((store) => store.id))
      const defaults = read.filter((store) => store.isDefault)
      const takesData = read.some((store) => store.kind !== 'http')
      return takesData && ids.size === read.length && defaults.length <= 1 ? read : undefined
    },
  }
}

const keys = ['id', 'kind', 'description', 'default', 'weight']
const keysOf: Readonly<Record<string, readonly string[]>> = {
  files: [...keys, 'directory'],
  s3: [...keys, ...s3Keys],
  http: keys,
}

function readStore(
  store: Readonly<Record<string, unknown>>,
  s3Defaults: S3Defaults,
): StoreSettings | undefined {
  const { id, kind, directory = '', description, default: isDefault = false, weight = 0 } = store
  if (kind !== 'files' && kind !== 's3' && kind !== 'http') return undefined
  if (Object.keys(store).some((key) => !keysOf[kind]?.includes(key))) return undefined
  // Commas separate ids in headers; the prefix is what Glance keeps for itself.
  if (!isText(id) || /[,\s/]/.test(id) || id.startsWith('os_glance')) return undefined
  if (typeof directory !== 'string' || (kind === 'files') !== isText(directory)) return undefined
  if (kind === 'http' && isDefault) return undefined
  if (description !== undefined && !isText(description)) return undefined
  if (typeof isDefault !== 'boolean' || !Number.isSafeInteger(weight)) return undefined
  const s3 = kind === 's3' ? readS3(store, s3Defaults) : undefined
  if (kind === 's3' && s3 === undefined) return undefined
  return { id, kind, directory, s3, description, isDefault, weight: Number(weight) }
}
