/**
 * A style that stands in the page, so that a page is whole by itself. It is allowed there by its hash
 * alone: no style and no script that came in with a text can take effect.
 */
import { createHash } from 'node:crypto'
import { Html } from './html.ts'

export class Stylesheet {
  readonly element: Html
  /** How the policy of the page names it. */
  readonly source: string

  constructor(css: string) {
    this.element = Html.trusted(`<style>${css}</style>`)
    this.source = `'sha256-${createHash('sha256').update(css).digest('base64')}'`
  }
}
