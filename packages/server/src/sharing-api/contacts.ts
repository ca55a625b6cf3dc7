/** Where the caller's project is told of what concerns it. */
import type { Contact, Contacts } from '@vitrine/core'
import {
  ChangeContactBody,
  type ContactBody,
  type ContactsBody,
  NewContactBody,
} from '@vitrine/wire'
import { bodyCheck } from '../images-api/body-check.ts'
import { type Handler, pathPart, sendJson, sendNothing } from '../images-api/call.ts'
import { readJsonObject } from '../images-api/request-body.ts'

const checkNew = bodyCheck(NewContactBody, 'add a contact')
const checkChanges = bodyCheck(ChangeContactBody, 'change a contact')

/** `GET /sharing/v1/contacts` */
export function listContacts(contacts: Contacts): Handler {
  return async ({ actor, reply }) => {
    const body: ContactsBody = { contacts: (await contacts.list(actor)).map(viewContact) }
    return sendJson(reply, 200, body)
  }
}

/** `POST /sharing/v1/contacts` */
export function addContact(contacts: Contacts): Handler {
  return async ({ actor, request, reply }) => {
    const draft = checkNew(await readJsonObject(request.raw))
    return sendJson(reply, 201, viewContact(await contacts.add(actor, draft)))
  }
}

/** `PATCH /sharing/v1/contacts/{contact_id}` */
export function changeContact(contacts: Contacts): Handler {
  return async (call) => {
    const changes = checkChanges(await readJsonObject(call.request.raw))
    const changed = await contacts.change(call.actor, pathPart(call, 'contact_id'), changes)
    return sendJson(call.reply, 200, viewContact(changed))
  }
}

/** `DELETE /sharing/v1/contacts/{contact_id}` */
export function deleteContact(contacts: Contacts): Handler {
  return async (call) => {
    await contacts.delete(call.actor, pathPart(call, 'contact_id'))
    return sendNothing(call.reply)
  }
}

/** `POST /sharing/v1/contacts/{contact_id}/proof` */
export function proveContactAgain(contacts: Contacts): Handler {
  return async (call) => {
    await contacts.proveAgain(call.actor, pathPart(call, 'contact_id'))
    return sendNothing(call.reply, 202)
  }
}

function viewContact({ id, email, language, proven, wants, createdAt }: Contact): ContactBody {
  return { id, email, language, proven, wants, created_at: createdAt.toISOString() }
}
