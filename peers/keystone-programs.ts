/** What a Keystone needs: the scripts that start it, and Debian's packages. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Programs } from './debian-packages.ts'
import { peerScripts } from './peer-scripts.ts'

const python = '/usr/lib/python3/dist-packages'

export const keystonePrograms: Programs = {
  keystone: '/usr/bin/keystone-manage',
  'python3-waitress': `${python}/waitress/__init__.py`,
  'python3-keystoneclient': `${python}/keystoneclient/__init__.py`,
  'postgresql-15': '/usr/lib/postgresql/15/bin/postgres',
  'python3-psycopg2': `${python}/psycopg2/__init__.py`,
  curl: '/usr/bin/curl',
}

/** What is worth installing: nothing, where there is no script that would start it. */
export function programsForKeystone(): Programs {
  return existsSync(join(peerScripts, 'keystone-up.sh')) ? keystonePrograms : {}
}
