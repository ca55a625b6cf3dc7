/**
 * The first 512 bytes of a disk that a PC can boot.
 *
 *   0    code      says its line on the first serial port, then switches the machine off
 *   440  the disk's signature
 *   446  table of four partitions, of which one is used
 *   510  55 AA
 *
 * The partition is real, within the disk and bootable: services that look into an uploaded image
 * refuse a boot sector whose table makes no sense.
 *
 * Sources: OSDev wiki, "MBR (x86)" and "Serial Ports"; QEMU, hw/misc/debugexit.c.
 */
import { assemble, code, jump, place, withAddress } from './machine-code.ts'

export const sectorBytes = 512

/** Where the one partition begins: at 1 MiB, as all partitioning tools have it now. */
export const partitionStartSector = 2048

/** The BIOS loads the sector to this address and jumps there. */
const loadAddress = 0x7c00
const diskSignatureOffset = 440
const partitionTableOffset = 446
const linuxPartition = 0x83
const bootable = 0x80

/**
 * @param line printed with CR and LF behind it. ASCII, since that is what serial consoles show.
 * @throws {RangeError} when the line is not ASCII or too long, or the disk has no room for its partition.
 */
export function bootSector(line: string, diskSizeBytes: number): Uint8Array {
  const program = assemble(programThatSays(`${line}\r\n`), loadAddress)
  if (program.byteLength > diskSignatureOffset) {
    const tooMany = program.byteLength - diskSignatureOffset
    throw new RangeError(`Cannot make a boot sector: its line is ${tooMany} bytes too long`)
  }
  const sector = Buffer.alloc(sectorBytes)
  sector.set(program)
  sector.write('VITR', diskSignatureOffset, 'latin1')
  sector.set(partitionEntry(diskSizeBytes), partitionTableOffset)
  sector.set([0x55, 0xaa], sectorBytes - 2)
  return sector
}

function programThatSays(text: string) {
  if (!/^[\t\r\n -~]*$/.test(text))
    throw new RangeError('Cannot make a boot sector: its line is not ASCII')
  return [
    code('cli              no interrupts: we poll', 0xfa),
    code('cld              read strings forwards', 0xfc),
    code('xor ax, ax', 0x31, 0xc0),
    code('mov ds, ax       addresses count from 0', 0x8e, 0xd8),

    // COM1: 115200 baud, 8 bits, no parity, 1 stop bit, FIFO on.
    code('mov dx, 0x3f9    interrupt enable: none', 0xba, 0xf9, 0x03),
    code('out dx, al', 0xee),
    code('mov dx, 0x3fb    line control: next comes the divisor', 0xba, 0xfb, 0x03),
    code('mov al, 0x80', 0xb0, 0x80),
    code('out dx, al', 0xee),
    code('mov dx, 0x3f8    divisor, low byte: 1', 0xba, 0xf8, 0x03),
    code('mov al, 1', 0xb0, 0x01),
    code('out dx, al', 0xee),
    code('mov dx, 0x3f9    divisor, high byte: 0', 0xba, 0xf9, 0x03),
    code('xor al, al', 0x30, 0xc0),
    code('out dx, al', 0xee),
    code('mov dx, 0x3fb    line control: 8n1', 0xba, 0xfb, 0x03),
    code('mov al, 0x03', 0xb0, 0x03),
    code('out dx, al', 0xee),
    code('mov dx, 0x3fa    FIFO: on and emptied', 0xba, 0xfa, 0x03),
    code('mov al, 0xc7', 0xb0, 0xc7),
    code('out dx, al', 0xee),
    code('mov dx, 0x3fc    modem control: DTR and RTS', 0xba, 0xfc, 0x03),
    code('mov al, 0x03', 0xb0, 0x03),
    code('out dx, al', 0xee),

    withAddress('mov si, text', 0xbe, 'text'),
    place('next'),
    code('lodsb            al = the next character', 0xac),
    code('test al, al', 0x84, 0xc0),
    jump('jz drain', 0x74, 'drain'),
    code('mov ah, al', 0x88, 0xc4),
    code('mov dx, 0x3fd    line status', 0xba, 0xfd, 0x03),
    place('busy'),
    code('in al, dx', 0xec),
    code('test al, 0x20    room for a character?', 0xa8, 0x20),
    jump('jz busy', 0x74, 'busy'),
    code('mov dx, 0x3f8    data', 0xba, 0xf8, 0x03),
    code('mov al, ah', 0x88, 0xe0),
    code('out dx, al', 0xee),
    jump('jmp next', 0xeb, 'next'),

    place('drain'),
    code('mov dx, 0x3fd', 0xba, 0xfd, 0x03),
    place('sending'),
    code('in al, dx', 0xec),
    code('test al, 0x40    is the last bit out?', 0xa8, 0x40),
    jump('jz sending', 0x74, 'sending'),

    // QEMU's isa-debug-exit ends the machine with status 2 * value + 1. Elsewhere nobody listens.
    code('xor al, al', 0x30, 0xc0),
    code('out 0xf4, al', 0xe6, 0xf4),
    place('halt'),
    code('cli', 0xfa),
    code('hlt', 0xf4),
    jump('jmp halt', 0xeb, 'halt'),

    place('text'),
    code('the line, and a zero to end it', ...Buffer.from(text, 'latin1'), 0),
  ]
}

/** Takes up all of the disk from `partitionStartSector` on. */
function partitionEntry(diskSizeBytes: number): Uint8Array {
  const sectors = Math.floor(diskSizeBytes / sectorBytes) - partitionStartSector
  if (sectors < 1) {
    throw new RangeError(`Cannot make a boot sector: a disk of ${diskSizeBytes} bytes is too small`)
  }
  const entry = Buffer.alloc(16)
  entry[0] = bootable
  entry.set(cylinderHeadSector(partitionStartSector), 1)
  entry[4] = linuxPartition
  entry.set(cylinderHeadSector(partitionStartSector + sectors - 1), 5)
  entry.writeUInt32LE(partitionStartSector, 8)
  entry.writeUInt32LE(sectors, 12)
  return entry
}

/** A sector's number as old BIOSes count: 63 sectors a track, 255 heads; what is beyond is all ones. */
function cylinderHeadSector(sector: number): readonly [number, number, number] {
  const cylinder = Math.floor(sector / (63 * 255))
  if (cylinder > 1023) return [0xfe, 0xff, 0xff]
  const head = Math.floor(sector / 63) % 255
  return [head, (sector % 63) + 1 + ((cylinder >> 8) << 6), cylinder & 0xff]
}
