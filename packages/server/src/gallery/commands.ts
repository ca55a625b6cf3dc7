/**
 * How to use an image, as commands to copy, in the tools that people have.
 *
 * Nothing of a listing's free text stands in a command: only ids, digests, formats and a slug.
 */
import { type Exhibit, slugOf } from '@vitrine/core'

export type Recipe = {
  readonly id: string
  readonly tool: string
  readonly commands: string
}

/** @param root where the service is reached. */
export function recipesFor(exhibit: Exhibit, root: string): readonly Recipe[] {
  const { imageId, image } = exhibit
  const id = /^[\w.-]+$/.test(imageId) ? imageId : '<image id>'
  const file = fileName(exhibit)
  const server = serverName(exhibit)
  const recipes: Recipe[] = [
    {
      id: 'openstack',
      tool: 'OpenStack',
      commands: [
        ...(image.open
          ? []
          : [
              '# Once you have been given access: have it in your own list.',
              `openstack image set --accept ${id}`,
            ]),
        '# Boot it.',
        `openstack server create --flavor m1.small --network private \\\n  --image ${id} ${server}`,
        '# Or save it.',
        `openstack image save --file ${file} ${id}`,
      ].join('\n'),
    },
    {
      id: 'glance',
      tool: 'Glance',
      commands: `glance image-download --progress --file ${file} ${id}`,
    },
    {
      id: 'terraform',
      tool: 'Terraform',
      commands: `resource "openstack_compute_instance_v2" "${server.replaceAll('-', '_')}" {
  name        = "${server}"
  image_id    = "${id}"
  flavor_name = "m1.small"
}`,
    },
    {
      id: 'curl',
      tool: 'curl',
      commands: [
        `curl --fail --output ${file} \\`,
        '  --header "X-Auth-Token: $OS_TOKEN" \\',
        `  ${root}/v2/images/${id}/file`,
        ...checkOf(exhibit, file),
      ].join('\n'),
    },
    {
      id: 'sdk',
      tool: 'TypeScript',
      commands: `import { writeFile } from 'node:fs/promises'
import { ImageClient, password } from '@vitrine/sdk'

const { images } = new ImageClient({ auth: password({ authUrl, username, password: secret, project }) })
const image = await images.get('${id}')
await writeFile('${file}', image.download()) // verifies the hash`,
    },
  ]
  const qemu = qemuCommand(exhibit, file)
  return qemu === undefined ? recipes : [...recipes, { id: 'qemu', tool: 'QEMU', commands: qemu }]
}

function serverName({ title }: Exhibit): string {
  const name = slugOf(title).slice(0, 30).replace(/-$/, '')
  return /^[a-z]/.test(name) ? name : 'server'
}

function fileName(exhibit: Exhibit): string {
  const { diskFormat } = exhibit.image
  const format = diskFormat !== null && /^\w+$/.test(diskFormat) ? diskFormat : 'img'
  return `${slugOf(exhibit.title) || 'image'}.${format}`
}

const hashPrograms: Readonly<Record<string, string>> = {
  sha512: 'sha512sum',
  sha384: 'sha384sum',
  sha256: 'sha256sum',
  sha1: 'sha1sum',
  md5: 'md5sum',
}

function checkOf({ image: { multihash } }: Exhibit, file: string): readonly string[] {
  const program = hashPrograms[multihash?.algorithm ?? '']
  if (program === undefined || multihash === null || !/^[0-9a-f]+$/.test(multihash.value)) return []
  return [`echo "${multihash.value}  ${file}" | ${program} --check`]
}

/** QEMU's programs by architecture, and what a guest of it needs besides. */
const machines: Readonly<Record<string, string>> = {
  x86_64: 'qemu-system-x86_64 -accel kvm -accel tcg',
  i686: 'qemu-system-i386 -accel kvm -accel tcg',
  aarch64: 'qemu-system-aarch64 -machine virt -cpu max -bios QEMU_EFI.fd',
  ppc64le: 'qemu-system-ppc64',
  ppc64: 'qemu-system-ppc64',
  s390x: 'qemu-system-s390x',
  riscv64: 'qemu-system-riscv64 -machine virt',
}

const qemuFormats: Readonly<Record<string, string>> = {
  qcow2: 'qcow2',
  raw: 'raw',
  vmdk: 'vmdk',
  vdi: 'vdi',
  vhd: 'vpc',
  vhdx: 'vhdx',
}

function qemuCommand(exhibit: Exhibit, file: string): string | undefined {
  const { architecture, image } = exhibit
  const machine = Object.hasOwn(machines, architecture) ? machines[architecture] : undefined
  const { diskFormat } = image
  if (machine === undefined || diskFormat === null || image.containerFormat !== 'bare') {
    return undefined
  }
  const memory = `-m ${Math.max(image.minRamMib, 2048)}`
  if (diskFormat === 'iso') return `${machine} ${memory} -cdrom ${file}`
  const format = Object.hasOwn(qemuFormats, diskFormat) ? qemuFormats[diskFormat] : undefined
  if (format === undefined) return undefined
  return `# Once it is saved. What the guest writes is not kept.
${machine} ${memory} \\
  -drive file=${file},format=${format},if=virtio -snapshot`
}
