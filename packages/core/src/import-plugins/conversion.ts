/**
 * Converts the disk image that is to be imported into the format that the operator wants.
 *
 * The data is inspected before: only what is of its declared format, and safe, ever meets the
 * converter. Discs (`iso`) are left alone, and so is what has the format already.
 */
import { InvalidError, quote, TooLargeError } from '../errors.ts'
import {
  type DeclaredFormats,
  type ImageInspection,
  inspectImage,
} from '../formats/inspect-image.ts'
import {
  type ConversionFormat,
  type ConvertedImage,
  type ConvertibleFormat,
  convertibleFormats,
  type ImageConverter,
} from '../ports/image-converter.ts'

export type ConversionCall = DeclaredFormats & {
  readonly bytes: AsyncIterable<Uint8Array>
  readonly to: ConversionFormat
  readonly converter: ImageConverter
  readonly limitBytes: number
  readonly signal: AbortSignal
  /** Hears, before anything is converted, how much the result may take. */
  readonly requireRoom: (sizeBytes: number) => Promise<void>
}

export function isToBeConverted(diskFormat: string | null, to: ConversionFormat): boolean {
  return diskFormat !== 'iso' && diskFormat !== to
}

/**
 * @throws {InvalidError} when data of these formats cannot be converted.
 * @throws {WrongContentError} when the data is not what was declared, or not safe.
 */
export async function convertImage(call: ConversionCall): Promise<ConvertedImage> {
  const { diskFormat, containerFormat, bytes, to, converter, limitBytes, signal } = call
  if (containerFormat !== 'bare') {
    throw new InvalidError(
      `Cannot convert the image to ${to}: its container_format is ${quote(containerFormat)}, and should be "bare"`,
    )
  }
  const from = requireConvertible(diskFormat, to)
  const inspection = inspectImage(
    { diskFormat, containerFormat },
    { requireMatch: true, rawIsRaw: true, warn: () => {} },
  )
  const requireFits = async (virtualBytes: number) => {
    if (to !== 'raw') return
    if (limitBytes >= 0 && virtualBytes > limitBytes) {
      throw new TooLargeError(
        `Cannot convert the image to ${to}: its disk has ${virtualBytes} bytes, and the limit is ${limitBytes} bytes for one image`,
      )
    }
    await call.requireRoom(virtualBytes)
  }
  const inspected = inspect(bytes, inspection, requireFits)
  return converter.convert({ bytes: inspected, from, to, limitBytes, signal })
}

function requireConvertible(diskFormat: string | null, to: ConversionFormat): ConvertibleFormat {
  const from = convertibleFormats.find((format) => format === diskFormat)
  if (from !== undefined) return from
  throw new InvalidError(
    `Cannot convert the image to ${to}: its disk_format is ${quote(diskFormat)}, and should be one of ${convertibleFormats.join(', ')}`,
  )
}

/** Passes the bytes on; at their end, before anyone makes use of them, the last word is said. */
async function* inspect(
  bytes: AsyncIterable<Uint8Array>,
  inspection: ImageInspection,
  finish: (virtualBytes: number) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    inspection.receive(chunk)
    yield chunk
  }
  await finish(inspection.finish() ?? 0)
}
