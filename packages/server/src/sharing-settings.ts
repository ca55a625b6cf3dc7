/** What the operator allows producers and consumers to do to each other. */
import type { ReminderRules } from '@vitrine/core'
import { type Choices, integer } from './settings.ts'

export type SharingSettings = { readonly reminders: ReminderRules }

export function takeSharing(choices: Choices): SharingSettings {
  return {
    reminders: {
      hoursBetween: choices.take(
        'sharing.hours_between_reminders',
        integer(24, 0, 24 * 365, 'a number of hours'),
      ),
      most: choices.take('sharing.reminders_per_share', integer(3, 0, 1000, 'a number')),
    },
  }
}
