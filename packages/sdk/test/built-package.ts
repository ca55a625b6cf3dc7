/** The package as it is published, built from the sources as they are now. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'

export type BuiltPackage = AsyncDisposable & {
  /** `node_modules/@vitrine/sdk` below it is the package. */
  readonly directory: string
  readonly dist: string
}

export async function builtPackage(): Promise<BuiltPackage> {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-sdk-'))
  const home = join(directory, 'node_modules/@vitrine/sdk')
  const dist = join(home, 'dist')
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  await build({ cwd, outDir: dist, logLevel: 'silent' })
  await writeFile(
    join(home, 'package.json'),
    JSON.stringify({
      name: '@vitrine/sdk',
      type: 'module',
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    }),
  )
  return {
    directory,
    dist,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}
