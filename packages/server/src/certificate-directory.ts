/** Certificates as files of a directory, `<id>.pem` each: the operator puts them there. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Certificates } from '@vitrine/core'

const id = /^[0-9a-f][0-9a-f-]{0,63}$/i

/** @param directory empty where the operator keeps no certificates. */
export function certificateDirectory(directory: string): Certificates {
  return {
    async find(certificateId) {
      // An id comes from whoever creates an image, and must lead nowhere else.
      if (directory === '' || !id.test(certificateId)) return undefined
      return readFile(join(directory, `${certificateId}.pem`)).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      })
    },
  }
}
