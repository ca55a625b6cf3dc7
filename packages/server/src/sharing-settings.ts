/** What the operator allows producers, consumers and strangers to do to each other. */
import type { ReminderRules, SharingRules } from '@vitrine/core'
import { type Choices, integer } from './settings.ts'

export type SharingSettings = { readonly reminders: ReminderRules; readonly rules: SharingRules }

export function takeSharing(choices: Choices): SharingSettings {
  const days = (name: string, fallback: number) =>
    choices.take(`sharing.${name}`, integer(fallback, 1, 365, 'a number of days'))
  const number = (name: string, fallback: number) =>
    choices.take(`sharing.${name}`, integer(fallback, 0, 1_000_000, 'a number'))
  return {
    reminders: {
      hoursBetween: choices.take(
        'sharing.hours_between_reminders',
        integer(24, 0, 24 * 365, 'a number of hours'),
      ),
      most: choices.take('sharing.reminders_per_share', integer(3, 0, 1000, 'a number')),
    },
    rules: {
      invitationDays: days('invitation_days', 14),
      proofDays: days('proof_days', 3),
      mailsPerAddressPerDay: number('mails_per_address_per_day', 20),
      strangersMailedPerProjectPerDay: number('strangers_mailed_per_project_per_day', 500),
      mailsPerContactPerDay: number('mails_per_contact_per_day', 200),
      logInsPerLinkPerHour: number('log_ins_per_link_per_hour', 10),
      logInsPerNetworkPerHour: number('log_ins_per_network_per_hour', 50),
      requestsPerAddressPerDay: number('requests_per_address_per_day', 5),
      requestsPerNetworkPerDay: number('requests_per_network_per_day', 50),
      requestsPerImagePerDay: number('requests_per_image_per_day', 500),
    },
  }
}
