/** The settings of import plugins: what is done to data before it is stored. */
import { conversionFormats, type ImportPluginName, importPluginNames } from '@vitrine/core'
import { type Choices, choice, integer, list, optionalText, someOf, text } from './settings.ts'

export type PluginSettings = ReturnType<typeof takePlugins>

export function takePlugins(choices: Choices) {
  return {
    /** In the order in which they work. */
    names: choices.take('imports.plugins', someOf<ImportPluginName>([], importPluginNames)),
    injectedProperties: new Map(
      choices.take(
        'imports.injected_properties',
        list([], readProperty, 'a list of properties and their values, such as "os_type=linux"'),
      ),
    ),
    injectionIgnoredRoles: choices.take(
      'imports.injection_ignored_roles',
      list(['admin'], (value) => (isName(value) ? value : undefined), 'a list of roles'),
    ),
    /** How many times as long as the data the decompressed data may be. */
    decompressionTimes: choices.take(
      'imports.decompression_times',
      integer(100, 1, 1_000_000, 'a number'),
    ),
    conversionFormat: choices.take('imports.conversion_format', choice('raw', conversionFormats)),
    /** Below the hour after which another import may take the place of one that says nothing. */
    conversionSeconds: choices.take(
      'imports.conversion_seconds',
      integer(1800, 1, 3000, 'seconds'),
    ),
    qemuImg: choices.take('imports.qemu_img', text('qemu-img', 'a program')),
    /** Undefined for the data directory. */
    workDirectory: choices.take('imports.work_directory', optionalText('a path')),
  }
}

function readProperty(value: unknown): readonly [string, string] | undefined {
  const [, name, given] = (typeof value === 'string' && /^([^=]{1,255})=(.*)$/s.exec(value)) || []
  if (name === undefined || given === undefined || name.startsWith('os_glance')) return undefined
  return [name, given]
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
