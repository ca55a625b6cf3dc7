/** Where the scripts are that start real servers: beside this repository, unless somebody keeps them elsewhere. */
import { join } from 'node:path'

export const peerScripts =
  process.env.PEER_SERVERS ?? join(import.meta.dirname, '..', '..', 'shared', 'peers')
