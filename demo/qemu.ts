/** Boots a disk image in QEMU, where it is installed, and listens to its serial port. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const emulator = 'qemu-system-x86_64'

/**
 * Status of a QEMU whose guest wrote 0 to isa-debug-exit: it ran to its end. One that could not
 * start ends with the same status, but then no guest has said anything.
 */
const guestIsDone = 1

/**
 * Boots the qcow2 image without changing it, on an emulated PC without screen or network, until
 * its guest switches itself off.
 *
 * @returns all that the guest sent to its serial port; undefined when QEMU is not on the PATH.
 * @throws {Error} when the guest does not end within `timeoutMs`, or says nothing; QEMU's own words
 *   are in its `cause`.
 */
export async function bootInQemu(
  file: string,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<string | undefined> {
  // biome-ignore format: one option and its value a line
  const args = [
    '-machine', 'pc,accel=tcg',
    '-m', '64',
    '-nodefaults', '-no-user-config', '-no-reboot',
    '-display', 'none',
    '-monitor', 'none',
    '-serial', 'stdio',
    '-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04',
    '-blockdev', JSON.stringify({
      driver: 'qcow2',
      'node-name': 'disk',
      'read-only': true,
      file: { driver: 'file', filename: file },
    }),
    '-device', 'virtio-blk-pci,drive=disk',
  ]
  const options = { timeout: timeoutMs, killSignal: 'SIGKILL' } as const
  const ended = await run(emulator, args, options).catch((error: unknown) => error)
  if (hasCode(ended, 'ENOENT')) return undefined
  const said = textOf(ended)
  if (hasCode(ended, guestIsDone) && said !== '') return said
  throw new Error(`Cannot boot ${file}: it did not run to its end within ${timeoutMs} ms`, {
    cause: ended,
  })
}

function hasCode(ended: unknown, code: string | number): boolean {
  return ended instanceof Error && 'code' in ended && ended.code === code
}

function textOf(ended: unknown): string {
  if (typeof ended !== 'object' || ended === null || !('stdout' in ended)) return ''
  return typeof ended.stdout === 'string' ? ended.stdout : ''
}

/** @returns whether the program is installed, for those who would do without it. */
export async function isOnPath(program: string): Promise<boolean> {
  return run(program, ['--version']).then(
    () => true,
    () => false,
  )
}
