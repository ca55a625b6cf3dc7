/**
 * The first sector of a file system that fills the disk without partitions: FAT, exFAT or NTFS. It
 * ends in 55 AA like a partition table, and is none.
 *
 * Source: Microsoft, FAT32 File System Specification 1.03, "Boot Sector and BPB"; exFAT
 * specification, 3.1 ("Main and Backup Boot Sector").
 */
export function isFileSystemBootSector(sector: Buffer): boolean {
  const jumps = sector[0] === 0xe9 || (sector[0] === 0xeb && sector[2] === 0x90)
  return jumps && (isNamed(sector) || isFat(sector))
}

function isNamed(sector: Buffer): boolean {
  return ['NTFS    ', 'EXFAT   '].includes(sector.toString('latin1', 3, 11))
}

function isFat(sector: Buffer): boolean {
  const bytesPerSector = sector.readUInt16LE(11)
  const sectorsPerCluster = sector.readUInt8(13)
  const copies = sector.readUInt8(16)
  const medium = sector.readUInt8(21)
  return (
    [512, 1024, 2048, 4096].includes(bytesPerSector) &&
    isPowerOfTwo(sectorsPerCluster) &&
    (copies === 1 || copies === 2) &&
    (medium === 0xf0 || medium >= 0xf8)
  )
}

function isPowerOfTwo(number: number): boolean {
  return number > 0 && (number & (number - 1)) === 0
}
