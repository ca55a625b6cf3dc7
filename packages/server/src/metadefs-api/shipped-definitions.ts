/**
 * The definitions that come with the service: what common properties of images mean.
 *
 * Each file is the body of a POST to /v2/metadefs/namespaces and is read as one, so whatever is
 * shipped could as well have been sent. They belong to no project, and everyone sees them.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MetadefNamespaces, NewNamespace } from '@vitrine/core'
import { type Handler, sendJson } from '../images-api/call.ts'
import { readNamespace } from './metadef-input.ts'

const directory = join(import.meta.dirname, '../../metadefs')

export async function shippedDefinitions(): Promise<readonly NewNamespace[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json')).toSorted()
  return Promise.all(
    names.map(async (name) => {
      const body = JSON.parse(await readFile(join(directory, name), 'utf8'))
      const { fields, items } = readNamespace(body)
      return { fields: { ...fields, owner: null }, items }
    }),
  )
}

/** POST /v2/metadefs/catalogue: loads what is missing, for admins. An addition of ours. */
export function loadCatalogue(namespaces: MetadefNamespaces): Handler {
  return async ({ actor, reply }) => {
    return sendJson(reply, 200, await namespaces.load(actor, await shippedDefinitions()))
  }
}
