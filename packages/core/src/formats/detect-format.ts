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

  const found = withoutBootTable(examinations.filter(({ recognized }) => recognized))
  for (const { format, finding } of found) {
    if (finding?.unsafe !== undefined) throw unsafe(format, finding.unsafe)
  }
  const outer = withoutInnerTable(found)
  if (outer.length > 1) throw ofSeveralFormats(outer)

  // The end of the data may still say that what looks plain, or like a disk, is wrapped.
  const [only] = outer
  const mayBeWrapped = only === undefined || only.format === 'gpt'
  if (mayBeWrapped && undecided.length > 0) return undefined
  return { format: only?.format ?? 'raw', finding: only?.finding }
}

/** A disc leaves its first sectors to boot loaders, whose tables make sense to them alone. */
function withoutBootTable(found: Examinations): Examinations {
  const isDisc = found.some(({ format }) => format === 'iso')
  return isDisc ? found.filter(({ format }) => format !== 'gpt') : found
}

function withoutInnerTable(found: Examinations): Examinations {
  const isWrapped = found.some(({ finding }) => finding?.beginsWithDisk)
  return isWrapped ? found.filter(({ format }) => format !== 'gpt') : found
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
