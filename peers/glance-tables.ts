/** What the `glance` command draws. */

/** The rows of a table as the client draws it, without its head. */
export function rows(table: string): string[][] {
  const lines = table.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(1).map(cells)
}

export function property(table: string, name: string): string {
  return rows(table).find(([key]) => key === name)?.[1] ?? ''
}

function cells(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
}
