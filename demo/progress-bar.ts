/** How far something has come, in one line. */

const widthCells = 18

/** @returns such as `█████████░░░░░░░░░  50 %`. */
export function progressBar(done: number, whole: number): string {
  const part = whole > 0 ? Math.min(done / whole, 1) : 1
  const cells = Math.round(part * widthCells)
  const percent = String(Math.floor(part * 100)).padStart(3)
  return `${'█'.repeat(cells)}${'░'.repeat(widthCells - cells)} ${percent} %`
}
