/** To whom a notice goes: the contacts of a project, as far as they want to hear of it. */
import type { RecordsReader } from '../ports/records.ts'
import type { NoticeKind } from './contact.ts'
import type { Addressee } from './mail.ts'

export type Wanting = { readonly to: Addressee; readonly isDaily: boolean }

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
