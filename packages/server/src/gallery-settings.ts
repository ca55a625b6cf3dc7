/** What the operator says of the gallery. */
import { type Choices, flag, type Setting, text } from './settings.ts'

export type GallerySettings = {
  readonly enabled: boolean
  readonly title: string
  /** Who runs it, for its readers: an e-mail address, or one of the web. */
  readonly contact: string | undefined
}

export function takeGallery(choices: Choices): GallerySettings {
  return {
    enabled: choices.take('gallery.enabled', flag(true)),
    title: choices.take('gallery.title', text('Vitrine', 'what the gallery is called')),
    contact: choices.take('gallery.contact', reach),
  }
}

const reach: Setting<string | undefined> = {
  expected: 'an e-mail address, or one of the web',
  fallback: undefined,
  read: (value) =>
    typeof value === 'string' && /^(https?:\/\/|[^\s@:/]+@)[^\s@"<>]+$/.test(value)
      ? value
      : undefined,
}
