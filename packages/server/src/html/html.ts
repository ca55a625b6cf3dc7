/**
 * HTML as a template whose values cannot become markup: a text is escaped, for what stands between
 * tags and in quoted attributes alike; only what was itself made by `html` is taken as it is.
 *
 *   html`<a href="${address}">${name}</a>`
 *
 * Nothing that came from outside as JSON can pass for `Html`, since that is a class and no shape.
 * An address that may begin with `javascript:` must be judged before it comes here.
 */
export class Html {
  readonly #markup: string

  private constructor(markup: string) {
    this.#markup = markup
  }

  /** @param markup our own: nothing in it may come from outside. */
  static trusted(markup: string): Html {
    return new Html(markup)
  }

  toString(): string {
    return this.#markup
  }
}

/** What may stand in a template. What is not there leaves nothing behind. */
export type Content = Html | string | number | undefined | null | false | readonly Content[]

export function html(fixed: TemplateStringsArray, ...values: readonly Content[]): Html {
  const parts = fixed.map((part, index) => (index === 0 ? part : render(values[index - 1]) + part))
  return Html.trusted(parts.join(''))
}

function render(content: Content): string {
  if (content === undefined || content === null || content === false) return ''
  if (content instanceof Html) return content.toString()
  return isList(content) ? content.map(render).join('') : escapeHtml(String(content))
}

function isList(content: Content): content is readonly Content[] {
  return Array.isArray(content)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For XML too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

/**
 * Facts for programs in a page, as JSON-LD. It ends where its element ends: no text in it can end
 * that element, or open a comment.
 */
export function jsonScript(facts: object): Html {
  const json = JSON.stringify(facts).replace(/[<>&\u2028\u2029]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${code}`
  })
  return Html.trusted(`<script type="application/ld+json">${json}</script>`)
}
