/** The formats that image data is inspected for. What none of them recognizes is `raw`. */
import { Examination } from './examination.ts'
import { gpt } from './gpt.ts'
import { iso } from './iso.ts'
import { luks } from './luks.ts'
import { qcow2 } from './qcow2.ts'
import { qed } from './qed.ts'
import { vdi } from './vdi.ts'
import { vhd } from './vhd.ts'
import { vhdx } from './vhdx.ts'
import { vmdk } from './vmdk.ts'

/** As `disk_format` names them. `gpt` stands for every partition table. */
export const formatNames = [
  'qcow2',
  'vhd',
  'vhdx',
  'vmdk',
  'vdi',
  'qed',
  'iso',
  'gpt',
  'luks',
] as const
export type FormatName = (typeof formatNames)[number]

/** One examination per format, for data that is declared to have this format. */
export function examinations(declared: string): readonly Examination<FormatName>[] {
  return [
    new Examination('qcow2', qcow2()),
    new Examination('vhd', vhd({ declared: declared === 'vhd' })),
    new Examination('vhdx', vhdx()),
    new Examination('vmdk', vmdk()),
    new Examination('vdi', vdi()),
    new Examination('qed', qed()),
    new Examination('iso', iso()),
    new Examination('gpt', gpt()),
    new Examination('luks', luks()),
  ]
}
