/** Web servers of the tests' own on this machine, and a source that may fetch from them. */
import http, { type RequestListener } from 'node:http'
import type https from 'node:https'
import net, { type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { HttpWebSource, type HttpWebSourceOptions } from '../src/http-web-source.ts'

export type LocalServer = AsyncDisposable & {
  readonly port: number
  /** How many connections were ever made to it. */
  readonly connections: () => number
  /** Resolves when none of them is open any more. */
  readonly allClosed: () => Promise<void>
}

/** @param address `127.0.0.1`, `::1`, or another of this machine's loopback addresses. */
export async function listen(
  server: http.Server | https.Server | net.Server,
  address = '127.0.0.1',
): Promise<LocalServer> {
  const open = new Set<Socket>()
  let connections = 0
  let emptied: (() => void) | undefined
  server.on('connection', (socket: Socket) => {
    connections += 1
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      open.delete(socket)
      if (open.size === 0) emptied?.()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  return {
    port: bound.port,
    connections: () => connections,
    allClosed: () =>
      new Promise((resolve) => {
        emptied = resolve
        if (open.size === 0) resolve()
      }),
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function serve(answer: RequestListener, address?: string): Promise<LocalServer> {
  return listen(http.createServer(answer), address)
}

/** Answers whoever connects with these bytes, whatever is asked. `end` closes the connection then. */
export function serveBytes(bytes: string, end = true): Promise<LocalServer> {
  return listen(
    net.createServer((socket) => {
      socket.once('data', () => (end ? socket.end(bytes) : socket.write(bytes)))
    }),
  )
}

/** May fetch from this machine, from any port and over plain HTTP. */
export function localSource(options: HttpWebSourceOptions = {}): HttpWebSource {
  return new HttpWebSource({
    allowedNetworks: ['127.0.0.0/8', '::1/128'],
    rules: { allowedPorts: [] },
    ...options,
  })
}

export const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((face) => face?.address === '::1')

export async function readText(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** The text at the URI. */
export async function fetchText(source: HttpWebSource, uri: string): Promise<string> {
  const { bytes } = await source.open(uri, { signal: forever })
  return readText(bytes)
}

export const forever = new AbortController().signal
