/**
 * Inspects image data while it streams by: is it what its producer declared, and is it safe?
 *
 * Data is refused as soon as the bytes that have arrived show that it must be. For all formats but
 * two that is within the first 36 KiB, so nobody sends 100 GiB to learn of a wrong name; a VHD of
 * fixed size and a VMDK written as a stream are told by their last bytes too. Once every inspector
 * is through, the rest of the data costs nothing.
 *
 * Only `bare` images are inspected: other containers are archives, whose bytes are not a disk.
 */
import { quote, WrongContentError } from '../errors.ts'
import { type Detected, detectFormat, unsafe } from './detect-format.ts'
import { EndOfData } from './end-of-data.ts'
import type { Examination } from './examination.ts'
import { examinations, type FormatName, formatNames } from './formats.ts'
import { longestEnd } from './inspection.ts'

export type DeclaredFormats = {
  readonly diskFormat: string | null
  readonly containerFormat: string | null
}

export type FormatRules = {
  /** Whether data of another format than the declared one is refused. Unsafe data always is. */
  readonly requireMatch: boolean
  /** Whether that holds for `raw` too, as which anything else can be stored: the disk as it is. */
  readonly rawIsRaw?: boolean
  /** Told when such data is accepted. */
  readonly warn: (sentence: string) => void
}

export interface ImageInspection {
  /**
   * @param chunk the bytes that follow those of the last call.
   * @throws {WrongContentError} when the data is not what was declared, or not safe.
   */
  receive(chunk: Uint8Array): void

  /**
   * Says that all of the data was received.
   *
   * @returns length of the disk that a guest sees, in bytes; null when unknown.
   * @throws {WrongContentError} when the data is not what was declared, or not safe.
   */
  finish(): number | null
}

export function inspectImage(declared: DeclaredFormats, rules: FormatRules): ImageInspection {
  const { diskFormat, containerFormat } = declared
  if (diskFormat === null || containerFormat !== 'bare') return uninspected
  return new BareImageInspection(diskFormat, rules)
}

/** For data whose format nobody has declared yet. */
export const uninspected: ImageInspection = { receive: () => {}, finish: () => null }

class BareImageInspection implements ImageInspection {
  readonly #declared: string
  readonly #rules: FormatRules
  readonly #examinations: readonly Examination<FormatName>[]
  /** Those that have not seen enough. */
  #open: readonly Examination<FormatName>[]
  readonly #end = new EndOfData(longestEnd)
  #storedBytes = 0

  constructor(declared: string, rules: FormatRules) {
    this.#declared = declared
    this.#rules = rules
    this.#examinations = examinations(declared)
    this.#open = this.#examinations
  }

  receive(chunk: Uint8Array): void {
    this.#storedBytes += chunk.byteLength
    if (this.#open.length === 0) return
    this.#end.receive(chunk)
    const reading = this.#open.filter(({ awaitsEnd }) => !awaitsEnd)
    if (reading.length === 0) return

    for (const examination of reading) examination.receive(chunk)
    this.#open = this.#open.filter(({ isOver }) => !isOver)
    this.#detect()
  }

  finish(): number | null {
    for (const examination of this.#open) examination.finish(this.#end.bytes)
    const { format, finding } = this.#detect() ?? raw
    if (!this.#isMatch(format))
      this.#rules.warn(`Stored image data as it is: ${mismatch(this.#declared, format)}`)
    if (finding === undefined || this.#declared === 'raw') return this.#sizeOfPlainData()

    const sizeBytes = finding.virtualSizeOf(this.#storedBytes)
    if (format === 'raw' || Number.isSafeInteger(sizeBytes)) return sizeBytes
    throw unsafe(format, 'its disk is said to be longer than any disk')
  }

  #detect(): Detected | undefined {
    const detected = detectFormat(this.#examinations)
    if (detected === undefined || !this.#rules.requireMatch) return detected
    if (this.#isMatch(detected.format)) return detected
    throw new WrongContentError(
      `Cannot store image data: ${mismatch(this.#declared, detected.format)}`,
    )
  }

  #isMatch(detected: Detected['format']): boolean {
    const declared = this.#declared
    if (declared !== 'raw') return isMatch(declared, detected)
    return this.#rules.rawIsRaw !== true || detected === 'raw' || detected === 'gpt'
  }

  #sizeOfPlainData(): number | null {
    const isDisk = this.#declared === 'raw' || isInspected(this.#declared)
    return isDisk && this.#storedBytes > 0 ? this.#storedBytes : null
  }
}

const raw: Detected = { format: 'raw', finding: undefined }

/** What has no inspector should look like raw. */
function isMatch(declared: string, detected: Detected['format']): boolean {
  return isInspected(declared) ? declared === detected : detected === 'raw'
}

function isInspected(declared: string): boolean {
  return formatNames.some((name) => name === declared)
}

function mismatch(declared: string, detected: string): string {
  return `the disk_format of the image is ${quote(declared)}, but the data has the format ${quote(detected)}`
}
