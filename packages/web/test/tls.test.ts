/** HTTPS: the certificate is for the host that was asked for, from someone who is trusted. */
import type { RequestListener } from 'node:http'
import https from 'node:https'
import { TLSSocket } from 'node:tls'
import { InvalidError, UnavailableError } from '@vitrine/core'
import { generate } from 'selfsigned'
import { beforeAll, describe, expect, test } from 'vitest'
import { fetchText, listen, localSource, serve } from './local-server.ts'

let pems: { readonly private: string; readonly cert: string }

beforeAll(async () => {
  pems = await generate([{ name: 'commonName', value: 'mirror.example' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'mirror.example' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
})

function serveSecurely(answer: RequestListener) {
  return listen(https.createServer({ key: pems.private, cert: pems.cert }, answer))
}

function trusting() {
  return localSource({ trustedCertificates: [pems.cert], resolve: async () => ['127.0.0.1'] })
}

describe('open() over TLS', () => {
  test('asks for the host by its name, at the address that was looked up', async () => {
    const names: unknown[] = []
    await using server = await serveSecurely(({ socket }, response) => {
      names.push(socket instanceof TLSSocket && socket.servername)
      response.end('safe')
    })
    expect(await fetchText(trusting(), `https://mirror.example:${server.port}/`)).toBe('safe')
    expect(names).toEqual(['mirror.example'])
  })

  test('reaches an address that the certificate names', async () => {
    await using server = await serveSecurely((_, response) => response.end('safe'))
    expect(await fetchText(trusting(), `https://127.0.0.1:${server.port}/`)).toBe('safe')
  })

  test('refuses a certificate for another host', async () => {
    await using server = await serveSecurely((_, response) => response.end('secret'))
    await expect(fetchText(trusting(), `https://other.example:${server.port}/`)).rejects.toThrow(
      new UnavailableError('Cannot fetch from "other.example": it gave no proper answer'),
    )
  })

  test('refuses a certificate that nobody trusted vouches for', async () => {
    await using server = await serveSecurely((_, response) => response.end('secret'))
    const source = localSource({ resolve: async () => ['127.0.0.1'] })
    await expect(fetchText(source, `https://mirror.example:${server.port}/`)).rejects.toThrow(
      new UnavailableError('Cannot fetch from "mirror.example": it gave no proper answer'),
    )
  })

  test('refuses it also when the environment switches such checks off', async () => {
    await using server = await serveSecurely((_, response) => response.end('secret'))
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      await expect(fetchText(localSource(), `https://127.0.0.1:${server.port}/`)).rejects.toThrow(
        UnavailableError,
      )
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
    }
  })

  test('follows a redirect from http to https, and none back', async () => {
    await using plain = await serve((_, response) =>
      response.writeHead(302, { Location: `https://mirror.example:${secure.port}/up` }).end(),
    )
    await using secure = await serveSecurely((request, response) => {
      if (request.url === '/up') return response.end('safe')
      return response.writeHead(302, { Location: `http://mirror.example:${plain.port}/` }).end()
    })
    expect(await fetchText(trusting(), `http://mirror.example:${plain.port}/`)).toBe('safe')
    await expect(fetchText(trusting(), `https://mirror.example:${secure.port}/`)).rejects.toThrow(
      new InvalidError(
        'Cannot fetch from "mirror.example": it redirects from https to http, and should stay encrypted',
      ),
    )
  })
})
