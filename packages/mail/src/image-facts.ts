/** An image as a mail shows it. */
import type { ImageFacts, Language } from '@vitrine/core'
import type { Fact } from './page.ts'
import { fill, type Texts } from './texts/texts.ts'

export function nameOf({ name }: Pick<ImageFacts, 'name'>, { unnamed }: Texts): string {
  return oneLine(name ?? '') || unnamed
}

/** Which image it is. */
export function identityOf(image: ImageFacts, words: Texts): readonly Fact[] {
  const { facts } = words
  return [
    { label: facts.name, value: nameOf(image, words) },
    { label: facts.id, value: image.id },
  ]
}

/** All that one needs to know to use it. */
export function factsOf(image: ImageFacts, words: Texts, language: Language): readonly Fact[] {
  const { facts } = words
  const { sizeBytes, diskFormat, containerFormat, multihash } = image
  const format = [diskFormat, containerFormat].filter((one) => one !== null).join(', ')
  return [
    ...identityOf(image, words),
    ...(image.owner === null ? [] : [{ label: facts.producer, value: image.owner }]),
    ...(sizeBytes === null ? [] : [{ label: facts.size, value: toSize(sizeBytes, language) }]),
    ...(format === '' ? [] : [{ label: facts.format, value: format }]),
    ...(multihash === null
      ? []
      : [
          {
            label: fill(facts.digest, { algorithm: multihash.algorithm }),
            value: multihash.value,
          },
        ]),
  ]
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** `1.5 GiB (1,610,612,736 B)`. */
function toSize(bytes: number, language: Language): string {
  const exponent = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1)
  const exact = `${bytes.toLocaleString(language)} B`
  if (exponent === 0) return exact
  const rounded = (bytes / 1024 ** exponent).toLocaleString(language, { maximumFractionDigits: 1 })
  return `${rounded} ${units[exponent]} (${exact})`
}

/** So that no text of a stranger ends a header, or hides what follows. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
