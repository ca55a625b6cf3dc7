/** What format the data has, by what all inspectors say of it so far. */
import { WrongContentError } from '../errors.ts'
import type { Examination } from './examination.ts'
import type { FormatName } from './formats.ts'
import type { Finding } from './inspection.ts'

export type Detected = {
  readonly format: FormatName | 'raw'
  /** Of data that is not raw, unless the inspector still waits for details. */
  readonly finding: Finding | undefined
}

type Examinations = readonly Examination<FormatName>[]

/**
 * @returns undefined while that cannot be said; never once all of the data was examined.
 * @throws {WrongContentError} when the data is unsafe, or of several formats: two readers would see
 *   two different disks in it.
 */
export function detectFormat(examinations: Examinations): Detected | undefined {
  const undecided = examinations.filter(({ recognized }) => recognized === undefined)
  if (undecided.some(({ awaitsEnd }) => !awaitsEnd)) return undefined

  const found = withoutInnerTable(examinations.filter(({ recognized }) => recognized))
  const [only] = found
  if (found.length > 1) throw ofSeveralFormats(found)
  if (only?.finding?.unsafe !== undefined) throw unsafe(only.format, only.finding.unsafe)

  // The end of the data may still add a format to those that leave the first bytes to the disk.
  const plain = only === undefined || only.format === 'gpt'
  if (plain && undecided.length > 0) return undefined
  return { format: only?.format ?? 'raw', finding: only?.finding }
}

/** Some formats leave the first bytes to the disk, which may well have a partition table there. */
function withoutInnerTable(found: Examinations): Examinations {
  const hasInner = found.some(({ finding }) => finding?.leavesFirstBytes)
  return hasInner ? found.filter(({ format }) => format !== 'gpt') : found
}

export function unsafe(format: FormatName, reason: string): WrongContentError {
  return new WrongContentError(
    `Cannot store image data: it has failed safety checks for ${format}: ${reason}`,
  )
}

function ofSeveralFormats(found: Examinations): WrongContentError {
  const formats = found.map(({ format }) => format).join(' and ')
  return new WrongContentError(
    `Cannot store image data: it has the formats ${formats} at once, and should have one`,
  )
}
