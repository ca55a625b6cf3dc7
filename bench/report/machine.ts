/** What was measured on, and the most that it could do: hashes by OpenSSL, HTTP by nginx. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '@vitrine/conformance/free-port'
import { Connection } from '../load/connection.ts'
import { runLoad } from '../load/run-load.ts'
import { ServerUsage } from '../load/server-usage.ts'
import type { Address } from '../target/target.ts'

export type Machine = {
  readonly processor: string
  readonly cores: number
  readonly memoryBytes: number
  readonly system: string
  readonly node: string
  /** Of the last minute, before anything was measured; above 0 the machine had other work as well. */
  readonly loadBefore: number
  /** By what can be named so, such as `openssl sha512`. */
  readonly limits: Readonly<Record<string, string>>
}

export async function describeMachine(quick: boolean): Promise<Machine> {
  const [loadBefore = 0] = loadavg()
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `Linux ${release()}`,
    node: process.version,
    loadBefore,
    limits: { ...(await opensslLimits(quick)), ...(await nginxLimits(quick)) },
  }
}

async function opensslLimits(quick: boolean): Promise<Record<string, string>> {
  const limits: Record<string, string> = {}
  for (const digest of ['md5', 'sha256', 'sha512']) {
    const args = ['speed', '-seconds', quick ? '1' : '2', '-bytes', '65536', '-mr', '-evp', digest]
    const { stdout } = await promisify(execFile)('openssl', args).catch(() => ({ stdout: '' }))
    // `+F:22:sha512:612345678.90`
    const bytesPerSecond = Number(/^\+F:\d+:[^:]*:([\d.]+)/m.exec(stdout)?.[1])
    if (bytesPerSecond > 0)
      limits[`openssl ${digest}`] = `${(bytesPerSecond / 1e6).toFixed(0)} MB/s`
    if (quick) break
  }
  return limits
}

const nginx = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find((path) =>
  existsSync(path),
)

/** Files of the size of an answer and of an image, from one worker of nginx. */
async function nginxLimits(quick: boolean): Promise<Record<string, string>> {
  if (nginx === undefined) return { nginx: 'not installed' }
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-bench-nginx-'))
  const port = await freePort()
  await mkdir(join(directory, 'files'))
  await writeFile(join(directory, 'nginx.conf'), configuration(directory, port))
  await writeFile(join(directory, 'files', 'answer'), 'x'.repeat(800))
  const mebibytes = quick ? 8 : 1024
  const image = Buffer.alloc(1024 * 1024, 'x')
  for (let i = 0; i < mebibytes; i++) {
    await writeFile(join(directory, 'files', 'image'), image, { flag: 'a' })
  }
  const child = spawn(nginx, ['-p', directory, '-c', join(directory, 'nginx.conf')], {
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  try {
    return await measureNginx({ host: '127.0.0.1', port }, quick)
  } catch (error) {
    return { nginx: `not measured: ${error instanceof Error ? error.message : error}` }
  } finally {
    child.kill('SIGTERM')
    await ended
    await rm(directory, { recursive: true })
  }
}

async function measureNginx(address: Address, quick: boolean): Promise<Record<string, string>> {
  await untilItAnswers(address)
  const request = (path: string) => Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  const usage = await ServerUsage.of(address)
  const answer = request('/answer')
  const load = await runLoad({
    address,
    connections: 16,
    warmUpSeconds: 0.2,
    seconds: quick ? 0.3 : 3,
    supply: () => answer,
    usage,
  })
  const connection = new Connection(address)
  const cpuBefore = (await usage?.cpuSeconds()) ?? 0
  const start = performance.now()
  await connection.ask(request('/image'))
  const seconds = (performance.now() - start) / 1000
  const cpu = ((await usage?.cpuSeconds()) ?? 0) - cpuBefore
  connection.close()
  const megabytes = connection.bodyBytes / 1e6
  return {
    'nginx, 800 bytes, 16 connections': `${load.perSecond.toFixed(0)}/s`,
    'nginx, download': `${(megabytes / seconds).toFixed(0)} MB/s, ${((cpu / megabytes) * 1000).toFixed(2)} CPU-s/GB`,
  }
}

async function untilItAnswers(address: Address): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const connection = new Connection(address)
    try {
      await connection.ask(Buffer.from('GET /answer HTTP/1.1\r\nHost: localhost\r\n\r\n'))
      return
    } catch (error) {
      if (attempt === 50) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    } finally {
      connection.close()
    }
  }
}

function configuration(directory: string, port: number): string {
  return `
daemon off; worker_processes 1; pid ${directory}/pid; error_log ${directory}/error.log;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 256; }
http {
  access_log off; sendfile on; keepalive_requests 100000000;
  client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi; uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  server { listen 127.0.0.1:${port}; root ${directory}/files; }
}
`
}
