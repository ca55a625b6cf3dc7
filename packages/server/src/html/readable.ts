/** Sizes, numbers and days as people read them, in pages and on a terminal. */
import { type Content, html } from './html.ts'

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** `1.4 GiB`; three digits at most. */
export function readableSize(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  const digits = unit === 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2
  return `${Number(size.toFixed(digits))} ${units[unit]}`
}

/** `1.4 GiB (1,503,238,553 bytes)`, since a size is also what one compares with. */
export function exactSize(bytes: number): Content {
  if (bytes < 1000) return readableSize(bytes)
  return html`${readableSize(bytes)} <span class="soft">(${readableNumber(bytes)} bytes)</span>`
}

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

export function readableDay(date: Date): string {
  return day.format(date)
}

const number = new Intl.NumberFormat('en')

export function readableNumber(count: number): string {
  return number.format(count)
}

/** `1 image`, `2 images`. */
export function howMany(count: number, one: string, many = `${one}s`): string {
  return `${readableNumber(count)} ${count === 1 ? one : many}`
}
