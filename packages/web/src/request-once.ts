/**
 * One request to addresses that were found to be allowed: no redirects, no second look-up.
 *
 * Nothing of the process's surroundings takes part: proxies, shared connections, lenient parsing and
 * certificates that are not checked can all be switched on from outside for other requests of this
 * process, and are off for these.
 */
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { pinnedTo } from './allowed-addresses.ts'
import { hostOf } from './web-uri.ts'

/** A GET, or with a body a POST. */
export type WebCall = {
  readonly url: URL
  /** The connection goes to the first of these that takes it. */
  readonly addresses: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  /** Certificates to trust instead of those that Node does. */
  readonly trustedCertificates: readonly string[] | undefined
  readonly body?: string
  readonly signal: AbortSignal
  readonly onConnect: () => void
}

const largestHeaderBytes = 16_384
/** Node's quarter of a second gives up on far hosts. */
const nextAddressAfterMs = 2_000

/** @returns the answer as soon as its headers are there; its body is not read yet. */
export function requestOnce(request: WebCall): Promise<IncomingMessage> {
  const { url, onConnect } = request
  const secure = url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    const sent = (secure ? https : http).request(requestOptions(request, secure))
    sent.once('socket', (socket) => socket.once(secure ? 'secureConnect' : 'connect', onConnect))
    sent.once('response', (answer) => {
      answer.on('error', () => undefined) // whoever reads the body learns of it, even later
      resolve(answer)
    })
    sent.on('error', reject)
    // Without an error when the server would change to another protocol.
    sent.once('close', () => reject(new Error('the connection was closed')))
    sent.end(request.body)
  })
}

function requestOptions(request: WebCall, secure: boolean): https.RequestOptions {
  const { url, headers, body, signal } = request
  return {
    method: body === undefined ? 'GET' : 'POST',
    agent: secure ? secureAgent(request) : new http.Agent(connectionTo(request)),
    hostname: hostOf(url),
    port: url.port,
    path: `${url.pathname}${url.search}`,
    headers: {
      Accept: '*/*',
      ...headers,
      Host: url.host,
      'Accept-Encoding': 'identity',
      'User-Agent': 'Vitrine',
    },
    maxHeaderSize: largestHeaderBytes,
    insecureHTTPParser: false,
    signal,
  }
}

function secureAgent(request: WebCall): https.Agent {
  const { trustedCertificates } = request
  return new https.Agent({
    ...connectionTo(request),
    maxCachedSessions: 0,
    rejectUnauthorized: true,
    ...(trustedCertificates && { ca: [...trustedCertificates] }),
  })
}

function connectionTo({ addresses }: WebCall): http.AgentOptions {
  return {
    keepAlive: false,
    lookup: pinnedTo(addresses),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: nextAddressAfterMs,
  }
}
