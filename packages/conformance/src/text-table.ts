/**
 * Tables of expectations, written in a test as they are read in a specification:
 *
 *   operation   own   mem   non
 *   show        200   200   404
 *
 * Two spaces or more stand between cells, so a cell may hold a single space.
 */
export type TableRow<Column extends string> = {
  readonly name: string
  readonly cells: ReadonlyMap<Column, string>
}

/** @throws {Error} when a heading is none of `columns`, or a row has more or fewer cells. */
export function parseTable<Column extends string>(
  columns: readonly Column[],
  text: string,
): readonly TableRow<Column>[] {
  const [header = [], ...lines] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/ {2,}/))
  const headings = header.slice(1).map((heading) => {
    const column = columns.find((one) => one === heading)
    if (column === undefined) throw new Error(`There is no column ${heading}`)
    return column
  })
  if (lines.length === 0) throw new Error('The table has no rows')
  return lines.map(([name = '', ...cells]) => {
    if (cells.length !== headings.length) {
      throw new Error(
        `The row ${name} has ${cells.length} cells, and should have ${headings.length}`,
      )
    }
    return { name, cells: new Map(headings.map((heading, i) => [heading, cells[i] ?? ''])) }
  })
}
