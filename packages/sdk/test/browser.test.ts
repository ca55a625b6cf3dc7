/**
 * The built package in a real browser, against the real service.
 *
 * A page from this test's server imports the package, runs the program below and posts what it saw.
 * The same server passes everything else on to the service, so that page and service are of one origin.
 */
import { execFileSync, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type BuiltPackage, builtPackage } from './built-package.ts'
import { type TestService, testService } from './service.ts'

/** Runs in the browser. */
const program = `
import { ImageClient, password, HashMismatchError } from '/sdk/index.js'

async function story() {
  const login = await (await fetch('/login')).json()
  const { images, events } = new ImageClient({ endpoint: location.origin, auth: password({ ...login, authUrl: location.origin + '/identity' }) })
  const create = () => images.create({ name: 'from a browser', diskFormat: 'raw', containerFormat: 'bare' })
  const read = async (image) => new Blob(await Array.fromAsync(image.download())).text()

  const image = await create()
  const blob = new Blob(['image data'.repeat(2_000_000)])
  const progress = []
  await image.upload(blob, { onProgress: (now) => progress.push(now) })
  const whole = (await read(image)) === (await blob.text())

  const streamed = await create()
  await streamed.upload(new Blob(['a stream']).stream())

  const leaving = new Error('the user left')
  const controller = new AbortController()
  const aborted = await create()
  // So long that the first news of progress cannot come when all of it is sent.
  const long = new Blob(Array(15).fill(blob))
  const abortReason = await aborted
    .upload(long, { signal: controller.signal, onProgress: () => controller.abort(leaving) })
    .catch((error) => error)
  while ((await aborted.refresh()).status !== 'queued') await new Promise((done) => setTimeout(done, 20))
  await aborted.upload('once more')

  const refusal = await image.upload('again').catch((error) => error)
  const heard = []
  const last = await create()
  setTimeout(() => last.delete(), 200)
  for await (const { type, imageId } of events.follow({ after: 'oldest', types: ['image.create', 'image.delete'] })) {
    if (imageId === last.id) heard.push(type)
    if (type === 'image.delete') break
  }
  return {
    status: image.status,
    whole,
    progress: progress.length > 1,
    last: progress.at(-1),
    streamed: await read(streamed),
    aborted: abortReason === leaving,
    sentAgain: await read(aborted),
    refusal: refusal.name,
    sentence: refusal.message,
    heard,
  }
}

const report = await story().catch((error) => ({ error: String(error.stack) }))
await fetch('/report', { method: 'POST', body: JSON.stringify(report) })
`

/** A browser that starts beside other tests may take its time. */
const patienceMs = 120_000

const chromium = ['chromium', 'chromium-headless-shell', 'chromium-browser', 'google-chrome'].find(
  isInstalled,
)

test.skipIf(chromium === undefined)(
  'uploads with progress, downloads with verification, aborts and hears of it all in Chromium (skipped where there is none)',
  async () => {
    await using service = await testService()
    await using built = await builtPackage()
    await using page = await servePage(service, built)
    const browser = spawn(
      chromium ?? '',
      [...flags, `--user-data-dir=${built.directory}/profile`, page.url],
      {
        stdio: 'ignore',
        detached: true,
      },
    )
    // Ended from here in any case: a test that Vitest gives up would leave the browser running.
    const tooLate = sleep(patienceMs, undefined, { ref: false }).then(() => 'no report')
    const report = await Promise.race([page.report, tooLate]).finally(() => killGroup(browser.pid))
    expect(JSON.parse(report)).toEqual({
      status: 'active',
      whole: true,
      progress: true,
      last: { sentBytes: 20_000_000, totalBytes: 20_000_000 },
      streamed: 'a stream',
      aborted: true,
      sentAgain: 'once more',
      refusal: 'ConflictError',
      sentence: expect.stringContaining('active'),
      heard: ['image.create', 'image.delete'],
    })
  },
  patienceMs + 10_000,
)

const flags =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
    ' ',
  )

function isInstalled(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A browser is many processes. */
function killGroup(leader: number | undefined): void {
  if (leader !== undefined) process.kill(-leader, 'SIGKILL')
}

type Page = AsyncDisposable & { readonly url: string; readonly report: Promise<string> }

async function servePage(service: TestService, built: BuiltPackage): Promise<Page> {
  const { username, password, project } = await service.account('browser')
  let post: (report: string) => void
  const report = new Promise<string>((resolve) => {
    post = resolve
  })
  const server = createServer(async (incoming, outgoing) => {
    const send = (type: string, body: string) =>
      outgoing.writeHead(200, { 'content-type': type }).end(body)
    const path = incoming.url ?? '/'
    if (path === '/') send('text/html', `<script type="module">${program}</script>`)
    else if (path === '/login')
      send('application/json', JSON.stringify({ username, password, project }))
    else if (path.startsWith('/sdk/')) {
      send('text/javascript', await readFile(join(built.dist, path.slice('/sdk/'.length)), 'utf8'))
    } else if (path === '/report') {
      post(await text(incoming))
      outgoing.end()
    } else passOn(service.url, incoming, outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    report,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function passOn(url: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers } = incoming
  const onward = request(`${url}${incoming.url}`, { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onward.on('error', () => outgoing.destroy())
  incoming.on('close', () => incoming.complete || onward.destroy())
  incoming.pipe(onward)
}
