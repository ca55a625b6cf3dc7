/**
 * Reads the text of a URI, and refuses whatever two readers could read differently.
 *
 * What is checked and what is asked for is one URL, as parsed here, so no disagreement can be used
 * against us. But who logs, reviews or filters the text elsewhere reads the text, and `URL` forgives
 * much: it drops tabs, turns `\` into `/` and `0x7f.1` into `127.0.0.1`. Nobody writes so by chance.
 *
 * @see https://url.spec.whatwg.org/#concept-basic-url-parser
 */
import { isIPv4 } from 'node:net'
import { refusedHost, refusedUri } from './refusal.ts'

export type WebUri = {
  readonly url: URL
  readonly scheme: 'http' | 'https'
  /** In lower case; a name in its ASCII form, or an address, without brackets. */
  readonly host: string
  readonly port: number
}

/** More than servers take; signed links of object stores need about 2,000. */
const mostCharacters = 8192

/** Invisible, unassigned or blank characters and lone surrogates: `URL` drops or replaces them. */
const treacherous = /[\p{C}\p{Z}\\]/u

/** @throws {InvalidError} */
export function parseWebUri(text: string): WebUri {
  if (text.length > mostCharacters) {
    throw refusedUri(`it has ${text.length} characters, and should have at most ${mostCharacters}`)
  }
  if (treacherous.test(text)) {
    throw refusedUri('blanks, backslashes and control characters should be percent-encoded')
  }
  const [, scheme = '', authority = ''] = /^([a-z][a-z\d+.-]*):\/\/([^/?#]+)/i.exec(text) ?? []
  if (authority === '') throw refusedUri('it should begin with "http://" or "https://" and a host')
  return readParts(URL.parse(text), scheme.toLowerCase(), authority)
}

const defaultPorts = { http: 80, https: 443 }

function readParts(url: URL | null, scheme: string, authority: string): WebUri {
  if (scheme !== 'http' && scheme !== 'https') {
    throw refusedUri('its scheme should be "http" or "https"')
  }
  if (/[@%]/.test(authority)) {
    throw refusedUri('its host should stand for itself, without a user name and percent signs')
  }
  if (url === null || url.hostname === '') throw refusedUri('its host or port is malformed')
  requirePlainHost(url.hostname, authority.replace(/:\d*$/, ''))
  return {
    url,
    scheme,
    host: hostOf(url),
    port: url.port === '' ? defaultPorts[scheme] : Number(url.port),
  }
}

/** Without the brackets that stand around an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/** @param written the host as it stands in the text. */
function requirePlainHost(host: string, written: string): void {
  // Octal, hexadecimal, a single number, missing or full-width parts: all of them end up here.
  if (isIPv4(host) && written !== host) {
    throw refusedHost(host, 'an IPv4 address should be written as four decimal numbers')
  }
  // The same host under a second name, which lists of hosts would not know.
  if (host.endsWith('.'))
    throw refusedHost(host, 'a host should be written without a dot at its end')
}
