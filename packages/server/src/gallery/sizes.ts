/** Sizes and days as people read them. */

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
