/** The texts of all mails, in every language. */
import type { Language } from '@vitrine/core'
import { english } from './english.ts'
import { german } from './german.ts'
import type { Texts } from './texts.ts'

export const texts: Readonly<Record<Language, Texts>> = { en: english, de: german }
