/** What a Ceph needs: the script that starts it, and Debian's packages. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Programs } from './debian-packages.ts'
import { peerScripts } from './peer-scripts.ts'

export const cephPrograms: Programs = {
  'ceph-mon': '/usr/bin/ceph-mon',
  'ceph-osd': '/usr/bin/ceph-osd',
  radosgw: '/usr/bin/radosgw',
  curl: '/usr/bin/curl',
}

/** What is worth installing: nothing, where there is no script that would start it. */
export function programsForCeph(): Programs {
  return existsSync(join(peerScripts, 'ceph-rgw-up.sh')) ? cephPrograms : {}
}
