/** Opens the plugins through which the operator has imported data go. */
import { join } from 'node:path'
import { ImportPlugins } from '@vitrine/core'
import { QemuImg } from './conversion/qemu-img.ts'
import type { PluginSettings } from './plugin-settings.ts'

/** The first bytes of a disk may well be all zeros, which compress a thousandfold. */
const freeGrowthBytes = 256 * 2 ** 20

/** @throws {Error} when images are to be converted, and nothing here can. */
export async function openPlugins(
  settings: PluginSettings,
  dataDirectory: string,
): Promise<ImportPlugins> {
  const { names, conversionFormat, decompressionTimes, qemuImg, conversionSeconds } = settings
  const converter = names.includes('image_conversion')
    ? await QemuImg.open({
        program: qemuImg,
        directory: settings.workDirectory ?? join(dataDirectory, 'work'),
        timeoutSeconds: conversionSeconds,
      })
    : undefined
  return new ImportPlugins({
    names,
    injection: {
      properties: settings.injectedProperties,
      ignoredRoles: settings.injectionIgnoredRoles,
    },
    growth: { times: decompressionTimes, freeBytes: freeGrowthBytes },
    conversionFormat,
    converter,
  })
}
