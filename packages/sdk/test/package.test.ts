/** What is published: that it stands alone, and runs where it says it does. */
import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BuiltPackage, builtPackage } from './built-package.ts'
import { type TestService, testService } from './service.ts'

const run = promisify(execFile)

let built: BuiltPackage
let service: TestService

beforeAll(async () => {
  built = await builtPackage()
  service = await testService()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await built[Symbol.asyncDispose]()
})

test('the package imports nothing that would have to be installed', async () => {
  const files = (await readdir(built.dist)).filter((name) => /\.(js|d\.ts)$/.test(name))
  expect(files).toContain('index.js')
  expect(files).toContain('index.d.ts')
  for (const file of files) {
    const code = (await readFile(join(built.dist, file), 'utf8')).replace(/\/\*[\s\S]*?\*\//g, '')
    const imports = [...code.matchAll(/(?:from|import|import\()\s*["']([^"']+)["']/g)]
    expect(imports.map(([, name]) => name).filter((name) => !name?.startsWith('./'))).toEqual([])
  }
})

/** As people write it, in a project of their own. */
const program = `
import { ImageClient, password, type Image, type Member } from '@vitrine/sdk'

const [endpoint, authUrl, username, secret, project, projectId] = process.argv.slice(2)
if (!endpoint || !authUrl || !username || !secret || !project || !projectId) throw new Error('usage')
const auth = password({ authUrl, username, password: secret, project })
const images = new ImageClient({ endpoint, auth }).images

const made: Image = await images.create({ name: 'old', diskFormat: 'raw', containerFormat: 'bare', old_property: 'x' })
const progress: number[] = []
await made.upload(new Blob(['image data']), { onProgress: ({ sentBytes }) => progress.push(sentBytes) })
await made.members.add(projectId)
await made.update({ name: 'new', os_distro: 'debian', old_property: null })
await made.addTag('jamie_dev')
await made.deleteTag('jamie_dev')

const image = await images.get(made.id)
for await (const listed of images.list({ visibility: 'shared' })) console.log(listed.name)
for await (const member of image.members()) console.log(member.memberId === projectId, member.status)
let text = ''
for await (const chunk of image.download()) text += new TextDecoder().decode(chunk)
console.log(text, progress.at(-1))
const member: Member = await image.members.get(projectId)
await member.delete()
await image.delete()
`

test('its types stand alone, without those of Node.js', async () => {
  const declared = `declare const process: { readonly argv: string[] }\n${program}`
  await writeFile(join(built.directory, 'program.ts'), declared)
  const compiler = createRequire(import.meta.url).resolve('typescript/lib/tsc.js')
  const options =
    '--strict --noEmit --exactOptionalPropertyTypes --target es2022 --types --lib es2022,dom,dom.asynciterable --module nodenext'
  await writeFile(join(built.directory, 'package.json'), '{"type": "module"}')
  const compiled = run(process.execPath, [compiler, ...options.split(' '), 'program.ts'], {
    cwd: built.directory,
  }).catch((error: { readonly stdout: string }) => error)
  expect((await compiled).stdout).toBe('')
})

const oldest = await findNode20()

test.skipIf(oldest === undefined)(
  'it tells the sharing story on Node.js 20 (skipped where there is none)',
  async () => {
    const producer = await service.account('producer')
    const consumer = await service.account('consumer')
    const withoutTypes = program.replace(/, type \w+/g, '').replace(/(const \w+): [\w[\]]+/g, '$1')
    await writeFile(join(built.directory, 'program.mjs'), withoutTypes)
    const { stdout } = await run(
      oldest ?? '',
      [
        'program.mjs',
        service.url,
        producer.authUrl,
        producer.username,
        producer.password,
        producer.project,
        consumer.projectId,
      ],
      { cwd: built.directory },
    )
    expect(stdout).toBe('new\ntrue pending\nimage data 10\n')
  },
)

async function findNode20(): Promise<string | undefined> {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'))
  for (const candidate of new Set([process.execPath, ...candidates])) {
    const version = await run(candidate, ['--version']).catch(() => ({ stdout: '' }))
    if (version.stdout.startsWith('v20.')) return candidate
  }
  return undefined
}
