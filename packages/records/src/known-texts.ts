/**
 * Texts that are put together of the same pieces again and again, each put together only once.
 *
 *   select ─► image_id ─► from list_entries where key = ─► ?
 *                └──────► from members where project_id = ─► ?
 *
 * Whoever makes a text goes along its pieces and arrives at what they are together. That is one string
 * for all who come this way: to look up what is kept by it takes no look at its thousands of characters.
 */

/** What some hundred lists of different shapes are made of: a few megabytes. */
const mostPieces = 30_000

export class KnownTexts {
  #count = { pieces: 0 }
  #nothing = new TextSoFar('', undefined, this.#count)

  /** A text that has yet to be made. Where too many are known, all are forgotten. */
  begin(): TextSoFar {
    if (this.#count.pieces > mostPieces) {
      this.#count = { pieces: 0 }
      this.#nothing = new TextSoFar('', undefined, this.#count)
    }
    return this.#nothing
  }
}

export class TextSoFar {
  readonly #piece: string
  readonly #before: TextSoFar | undefined
  readonly #count: { pieces: number }
  #text: string | undefined
  /** What has followed: most texts go on in one way alone. */
  #next: TextSoFar | undefined
  #others: Map<string, TextSoFar> | undefined

  constructor(piece: string, before: TextSoFar | undefined, count: { pieces: number }) {
    this.#piece = piece
    this.#before = before
    this.#count = count
    count.pieces++
  }

  with(piece: string): TextSoFar {
    if (piece === '') return this
    this.#next ??= this.#grow(piece)
    if (this.#next.#piece === piece) return this.#next
    this.#others ??= new Map()
    const known = this.#others.get(piece)
    if (known !== undefined) return known
    const other = this.#grow(piece)
    this.#others.set(piece, other)
    return other
  }

  #grow(piece: string): TextSoFar {
    return new TextSoFar(piece, this, this.#count)
  }

  get text(): string {
    this.#text ??= this.#pieces().join('')
    return this.#text
  }

  #pieces(): string[] {
    const pieces: string[] = []
    let at: TextSoFar | undefined = this
    for (; at !== undefined; at = at.#before) pieces.push(at.#piece)
    return pieces.reverse()
  }
}
