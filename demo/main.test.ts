import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'

describe('npm run demo', () => {
  test('tells the whole story, ends with 0 and leaves nothing behind', async () => {
    const directory = await temporaryDirectory()
    const demo = startDemo(['--once'], { TMPDIR: directory })
    const [status, told] = await Promise.all([demo.ended, text(demo.child.stdout)])
    expect(told).not.toContain('✗')
    expect(status).toBe(0)
    for (const line of [
      /✓ +\d+ +uploads the data +active, 48\.4 MiB/,
      /✓ +\d+ +shows it to all, without a log-in +“An image that greets”/,
      /✓ +\d+ +consumer cannot use it yet +404 NotFoundError/,
      /✓ +\d+ +is asked by mail to confirm it +Please confirm/,
      /✓ +\d+ +producer approves +approved/,
      /✓ +\d+ +is told by mail +You may use the image/,
      /✓ +\d+ +accepts it through the link +Accepted/,
      /✓ +\d+ +downloads it +48\.4 MiB, sha512 is right/,
      /[✓-] +\d+ +boots what it downloaded +(serial: Hello from Vitrine|skipped: no qemu)/,
      /✓ +\d+ +producer reminds it +Reminder: image/,
      /✓ +\d+ +third is left in peace +409 ConflictError/,
      /✓ +\d+ +producer may not answer the share +403 ForbiddenError/,
      /✓ +\d+ +consumer may not add members +403 ForbiddenError/,
      /✓ +\d+ +stranger cannot know of it +404 NotFoundError/,
      /✓ +\d+ +consumer hears of it, live +shared, answered, taken back/,
      /✓ +\d+ +consumer does not see it by id +404 NotFoundError/,
      /consumer +accepted\n.*producer +shared +second\n.*producer +shared +third\n/,
      /All 37 steps went as told/,
    ]) {
      expect(told).toMatch(line)
    }
    expect(await readdir(directory)).toEqual([])
  }, 60_000)

  test('ends with 1 and says what was expected when a step goes otherwise', async () => {
    const directory = await temporaryDirectory()
    const programs = await temporaryDirectory()
    const qemu = join(programs, 'qemu-system-x86_64')
    await writeFile(qemu, '#!/bin/sh\n[ "$1" = --version ] || { echo Hi; exit 1; }\n')
    await chmod(qemu, 0o755)

    const path = [programs, process.env.PATH].join(delimiter)
    const demo = startDemo(['--once'], { TMPDIR: directory, PATH: path })
    const [status, complaint] = await Promise.all([demo.ended, text(demo.child.stderr)])
    expect(complaint).toBe(
      '\nStep 21, "boots what it downloaded", went otherwise. ' +
        'Expected what the serial port says to be "Hello from Vitrine"; found "Hi"\n',
    )
    expect(status).toBe(1)
    expect(await readdir(directory)).toEqual([])
  }, 60_000)

  test('goes on serving until it is interrupted, and then leaves nothing behind', async () => {
    const directory = await temporaryDirectory()
    const demo = startDemo([], { TMPDIR: directory })
    const told = await readUntil(demo.child.stdout, 'until Ctrl-C')
    const url = /Images API +(\S+)/.exec(told)?.[1] ?? 'none'
    expect((await fetch(`${url}/images`)).status).toBe(401)
    expect(told).toContain('export OS_USERNAME=producer OS_PASSWORD=')
    expect(told.split('\n').filter((line) => line.length > 80)).toEqual([])

    // Who goes on by hand reads here what the mail server gets.
    const imageId = /^Image +(\S+)/m.exec(told)?.[1] ?? 'none'
    const mailed = readUntil(demo.child.stdout, '/mail/request/')
    const form = { project_id: 'mine', email: 'me@example.com', message: '' }
    const sent = await fetch(`${url.replace('/v2', '')}/gallery/images/${imageId}/requests`, {
      method: 'POST',
      body: new URLSearchParams(form),
    })
    expect(sent.status).toBe(200)
    expect(await mailed).toContain('Mail to me@example.com: Please confirm')

    demo.child.kill('SIGINT')
    demo.child.kill('SIGINT') // as npm does, which passes on what the terminal has sent already
    expect(await demo.ended).toBe(0)
    expect(await readdir(directory)).toEqual([])
  }, 60_000)

  test('can be interrupted in the middle of the story, and leaves nothing behind', async () => {
    const directory = await temporaryDirectory()
    const demo = startDemo([], { TMPDIR: directory })
    await readUntil(demo.child.stdout, 'makes a disk image')
    demo.child.kill('SIGTERM')
    expect(await demo.ended).toBe(130)
    expect(await readdir(directory)).toEqual([])
  })

  test('--help says what it does, and does nothing', async () => {
    const demo = startDemo(['--help'])
    expect(await text(demo.child.stdout)).toContain('Usage: npm run demo [-- --once]')
    expect(await demo.ended).toBe(0)
  })

  test('an option that it does not know ends it with 2 and the help', async () => {
    const demo = startDemo(['--onec'])
    const complaint = await text(demo.child.stderr)
    expect(complaint).toContain("Unknown option '--onec'")
    expect(complaint).toContain('Usage: npm run demo')
    expect(await demo.ended).toBe(2)
  })
})

function startDemo(options: readonly string[], environment: Record<string, string> = {}) {
  const command = ['--conditions=vitrine-source', 'demo/main.ts', ...options]
  const child = spawn(process.execPath, command, {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, ended }
}

/** Leaves the stream open: a demo that cannot write any more would fail of that. */
function readUntil(stream: Readable, wanted: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let read = ''
    stream.on('data', (chunk) => {
      read += chunk
      if (read.includes(wanted)) resolve(read)
    })
    stream.on('end', () => reject(new Error(`Cannot find "${wanted}" in what was said:\n${read}`)))
  })
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-demo-test-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}
