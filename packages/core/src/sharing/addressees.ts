/** To whom a notice goes: the contacts of a project, as far as they want to hear of it. */
import type { RecordsReader } from '../ports/records.ts'
import type { Contact, NoticeKind } from './contact.ts'
import type { Addressee } from './mail.ts'

export type Wanting = { readonly to: Addressee; readonly isDaily: boolean }

/**
 * The same records, which ask but once for the contacts of a project: for events that are told of at
 * one time. Most are of a few projects, and most projects have no contacts.
 */
export function withContactsOnce(records: RecordsReader): RecordsReader {
  const asked = new Map<string, Promise<readonly Contact[]>>()
  return {
    ...records,
    listContacts(projectId) {
      const contacts = asked.get(projectId) ?? records.listContacts(projectId)
      asked.set(projectId, contacts)
      return contacts
    },
  }
}

export async function contactsWanting(
  kind: NoticeKind,
  projectId: string,
  records: RecordsReader,
): Promise<readonly Wanting[]> {
  const contacts = await records.listContacts(projectId)
  return contacts
    .filter(({ proven, wants }) => proven && wants[kind] !== 'never')
    .map(({ id, email, language, wants }) => ({
      to: { email, language, contactId: id },
      isDaily: wants[kind] === 'daily',
    }))
}

export async function isBlocked(
  projectId: string,
  producerId: string | null,
  records: RecordsReader,
): Promise<boolean> {
  const blocks = await records.listBlocks(projectId)
  return blocks.some((block) => block.producerId === producerId)
}
