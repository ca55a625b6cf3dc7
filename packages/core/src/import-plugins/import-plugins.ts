/**
 * What the operator has done to data before it is stored, in the order that the operator chose.
 *
 *   no_op                  nothing
 *   inject_image_metadata  gives the image properties
 *   image_decompression    unpacks gzip and ZIP
 *   image_conversion       converts the disk to another format
 *
 * Copies to more stores are never touched: what is stored has been through this once.
 *
 * Source: Images API v2, "Interoperable image import", plugins.
 */
import type { Actor } from '../actor.ts'
import type { DeclaredFormats, FormatRules } from '../formats/inspect-image.ts'
import type { Image } from '../image.ts'
import { requireAllowed, wrongLength } from '../measure.ts'
import type { ConversionFormat, ImageConverter } from '../ports/image-converter.ts'
import { ByteReader } from './byte-reader.ts'
import { convertImage, isToBeConverted } from './conversion.ts'
import { decompress, type Growth } from './decompression.ts'

export const importPluginNames = [
  'no_op',
  'inject_image_metadata',
  'image_decompression',
  'image_conversion',
] as const
export type ImportPluginName = (typeof importPluginNames)[number]

export type ImportPluginsParts = {
  /** In the order in which they work. */
  readonly names: readonly ImportPluginName[]
  readonly injection: {
    readonly properties: ReadonlyMap<string, string>
    /** Callers with one of these roles get none. */
    readonly ignoredRoles: readonly string[]
  }
  /** How much longer data may get when it is decompressed. */
  readonly growth: Growth
  readonly conversionFormat: ConversionFormat
  /** Undefined where nothing is converted. */
  readonly converter: ImageConverter | undefined
}

/** Data on its way to a store, and what is known of it. */
export type DataToStore = DeclaredFormats & {
  readonly bytes: AsyncIterable<Uint8Array>
  /** Undefined where nobody has said. */
  readonly sizeBytes: number | undefined
}

export type PluginSurroundings = {
  readonly signal: AbortSignal
  /** What is to be let go of when the data was stored, or could not be. */
  readonly opened: AsyncDisposableStack
  readonly limitBytes: number
  readonly requireRoom: (sizeBytes: number) => Promise<void>
  readonly say: (message: string) => Promise<void>
}

export class ImportPlugins {
  readonly #parts: ImportPluginsParts

  constructor(parts: ImportPluginsParts) {
    this.#parts = parts
  }

  /** Whether what is stored may be something else than what came. */
  get mayChangeData(): boolean {
    return this.#has('image_decompression') || this.#has('image_conversion')
  }

  /** Where images are converted, each must be what it says, or it could not be. */
  formatRules(rules: FormatRules): FormatRules {
    return this.#has('image_conversion') ? { ...rules, requireMatch: true, rawIsRaw: true } : rules
  }

  /** The properties of an image that this caller is about to import. */
  inject(actor: Actor, { properties }: Image): Image['properties'] {
    const { injection } = this.#parts
    const isIgnored = injection.ignoredRoles.some((role) => actor.roles.has(role.toLowerCase()))
    if (!this.#has('inject_image_metadata') || isIgnored) return properties
    return new Map([...properties, ...injection.properties])
  }

  /** Has the data go through every plugin. */
  async prepare(data: DataToStore, surroundings: PluginSurroundings): Promise<DataToStore> {
    const { limitBytes } = surroundings
    let prepared = this.mayChangeData ? { ...data, bytes: requireLength(data, limitBytes) } : data
    for (const name of this.#parts.names) {
      if (name === 'image_decompression') prepared = await this.#decompress(prepared, surroundings)
      if (name === 'image_conversion') prepared = await this.#convert(prepared, surroundings)
    }
    return prepared
  }

  #has(name: ImportPluginName): boolean {
    return this.#parts.names.includes(name)
  }

  async #decompress(data: DataToStore, { opened }: PluginSurroundings): Promise<DataToStore> {
    if (data.containerFormat === 'compressed') return data
    const input = opened.use(new ByteReader(data.bytes))
    const bytes = await decompress(input, this.#parts.growth)
    if (bytes === undefined) return { ...data, bytes: input }
    return { ...data, sizeBytes: undefined, bytes }
  }

  async #convert(data: DataToStore, surroundings: PluginSurroundings): Promise<DataToStore> {
    const { conversionFormat: to, converter } = this.#parts
    if (converter === undefined || !isToBeConverted(data.diskFormat, to)) return data
    const { opened, say, ...rest } = surroundings
    await say(`Converting to ${to}`)
    const { bytes, sizeBytes } = opened.use(await convertImage({ ...data, ...rest, to, converter }))
    return { bytes, sizeBytes, diskFormat: to, containerFormat: 'bare' }
  }
}

/**
 * What is stored is counted where it is stored; this is for what comes, which may be another thing.
 *
 * @throws {TooLargeError} when there are more bytes than the operator allows for one image.
 * @throws {InvalidError} at the end, when the bytes are not as many as was said.
 */
async function* requireLength(
  { bytes, sizeBytes }: DataToStore,
  limitBytes: number,
): AsyncGenerator<Uint8Array> {
  let receivedBytes = 0
  for await (const chunk of bytes) {
    receivedBytes += chunk.byteLength
    requireAllowed(receivedBytes, limitBytes)
    yield chunk
  }
  if (sizeBytes === undefined || sizeBytes === receivedBytes) return
  throw wrongLength(`${receivedBytes} bytes arrived`, sizeBytes)
}
