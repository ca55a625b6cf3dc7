/** Images as the tools make them that people use; what is not on the machine is skipped by name. */
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Debian keeps the tools for disks where only root looks for them. */
const searchPath = `${process.env.PATH}:/usr/sbin:/sbin`

export function isInstalled(tool: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { env: { PATH: searchPath }, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export type Workshop = Disposable & {
  /** Runs a tool in a directory of its own. */
  run(tool: string, parameters: readonly string[], input?: string): string
  /** A file of zeros. */
  blank(name: string, sizeBytes: number): void
  read(name: string): Buffer
  /** The beginning of a file that is too long to be read whole. */
  readStart(name: string, sizeBytes: number): Buffer
}

export function openWorkshop(): Workshop {
  const directory = mkdtempSync(join(tmpdir(), 'vitrine-formats-'))
  return {
    run: (tool, parameters, input) =>
      execFileSync(tool, parameters, {
        cwd: directory,
        env: { PATH: searchPath },
        encoding: 'utf8',
        input,
        stdio: 'pipe',
      }),
    blank(name, sizeBytes) {
      const file = openSync(join(directory, name), 'w')
      ftruncateSync(file, sizeBytes)
      closeSync(file)
    },
    read: (name) => readFileSync(join(directory, name)),
    readStart(name, sizeBytes) {
      const file = openSync(join(directory, name), 'r')
      const bytes = Buffer.alloc(sizeBytes)
      const read = readSync(file, bytes)
      closeSync(file)
      return bytes.subarray(0, read)
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  }
}
