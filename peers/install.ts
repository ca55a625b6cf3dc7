/** First half of `npm run test:peers`: sees to it that the outside programs are there. */
import { programsForCeph } from './ceph-programs.ts'
import { InstallError, installMissing } from './debian-packages.ts'
import { programsForKeystone } from './keystone-programs.ts'
import { nginxPrograms } from './nginx-programs.ts'
import { programsForRabbit } from './rabbit-programs.ts'

try {
  installMissing({
    'python3-openstackclient': '/usr/bin/openstack',
    'python3-glanceclient': '/usr/bin/glance',
    'python3-openstacksdk': '/usr/lib/python3/dist-packages/openstack/__init__.py',
    'python3-libcloud': '/usr/lib/python3/dist-packages/libcloud/__init__.py',
    'golang-go': '/usr/bin/go',
    'golang-github-gophercloud-gophercloud-dev':
      '/usr/share/gocode/src/github.com/gophercloud/gophercloud/doc.go',
    'ruby-fog-openstack': '/usr/share/doc/ruby-fog-openstack',
    'qemu-system-x86': '/usr/bin/qemu-system-x86_64',
    'qemu-utils': '/usr/bin/qemu-img',
    'chromium-headless-shell': '/usr/bin/chromium-headless-shell',
    'qemu-block-extra': '/usr/lib/x86_64-linux-gnu/qemu/block-curl.so',
    ...programsForCeph(),
    ...programsForKeystone(),
    ...programsForRabbit(),
    ...nginxPrograms,
  })
} catch (error) {
  if (!(error instanceof InstallError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
