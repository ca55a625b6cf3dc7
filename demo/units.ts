/** Sizes and times as people read them. */

/** @returns such as `48.4 MiB`. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`
}

/** @returns such as `412 ms` or `1.2 s`: at most 7 characters below three hours. */
export function duration(ms: number): string {
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
