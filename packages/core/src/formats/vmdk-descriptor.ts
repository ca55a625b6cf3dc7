/**
 * The text in a VMDK that says what kind of disk it is and where its parts are.
 *
 *   # Disk DescriptorFile
 *   version=1
 *   parentCID=ffffffff                       a parent: none
 *   createType="monolithicSparse"
 *   RW 20480 SPARSE "disk.vmdk"              an extent: access, sectors, kind, name
 *   ddb.adapterType = "ide"
 *
 * Source: VMware, Virtual Disk Format 5.0, "The Disk Descriptor File".
 */

/** The types that keep everything in one file. */
const wholeTypes = ['monolithicSparse', 'streamOptimized']
const noParent = 'ffffffff'

/** @returns the safety check that the descriptor fails, as half a sentence; undefined for none. */
export function unsafeDescriptor(descriptor: string): string | undefined {
  const { values, extents, unknown } = parse(descriptor)
  // Of a key that is there twice, one reader takes the first and another the last.
  const twice = ['createtype', 'parentcid'].find((key) => (values.get(key) ?? []).length > 1)
  if (twice !== undefined) return `its descriptor gives ${twice} twice`

  const [type] = values.get('createtype') ?? []
  if (type === undefined) return 'its descriptor has no createType'
  if (!wholeTypes.includes(type)) return `its type is ${JSON.stringify(type.slice(0, 60))}`
  const [parent = noParent] = values.get('parentcid') ?? []
  if (parent.toLowerCase() !== noParent || values.has('parentfilenamehint')) {
    return 'it needs a parent disk'
  }
  if (unknown.length > 0) return 'its descriptor is malformed'
  if (extents.length === 0) return 'its descriptor has no extent'
  if (extents.some(({ name }) => name.includes('/'))) return 'the name of an extent holds a path'
  if (extents.some(({ kind }) => kind !== 'SPARSE')) return 'an extent is not sparse'
  return undefined
}

type Descriptor = {
  /** All values of each key, the key in lower case, without quotes. */
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly extents: readonly { readonly kind: string; readonly name: string }[]
  /** Lines that are none of what a descriptor consists of. */
  readonly unknown: readonly string[]
}

function parse(descriptor: string): Descriptor {
  const values = new Map<string, string[]>()
  const extents: { kind: string; name: string }[] = []
  const unknown: string[] = []
  for (const line of linesOf(descriptor)) {
    const [, kind, name] =
      /^(?:RW|RDONLY|NOACCESS)\s+\d+\s+(\w+)\s+"([^"]*)"[\s\d]*$/.exec(line) ?? []
    const [, key, value] = /^([\w.]+)\s*=\s*(.*)$/.exec(line) ?? []
    if (kind !== undefined && name !== undefined) extents.push({ kind, name })
    else if (key !== undefined && value !== undefined)
      add(values, key.toLowerCase(), unquoted(value))
    else unknown.push(line)
  }
  return { values, extents, unknown }
}

/** Up to the zero that fills the rest of the space, without comments and empty lines. */
function linesOf(descriptor: string): string[] {
  const [text = ''] = descriptor.split('\0', 1)
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

function unquoted(value: string): string {
  return /^"(.*)"$/.exec(value)?.[1] ?? value
}

function add(values: Map<string, string[]>, key: string, value: string): void {
  values.set(key, [...(values.get(key) ?? []), value])
}
