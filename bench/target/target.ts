/** A service that is measured: any that speaks the Images API v2. */

export type Address = { readonly host: string; readonly port: number }

export type Target = {
  /** In tables. */
  readonly name: string
  /** Of the Images API, without a slash and without its version at the end. */
  readonly url: string
  /** Of a project that may create images. */
  readonly token: string
  /** Of another project, with which images are shared; undefined to leave out what it does. */
  readonly consumerToken: string | undefined
}

export function addressOf({ url }: Target): Address {
  const { hostname, port, protocol } = new URL(url)
  if (protocol !== 'http:') throw new Error(`Cannot measure ${url}: its URL must begin with http:`)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) }
}

/** A request with all that clients send, made once and sent often. */
export function requestBytes(
  target: Target,
  method: string,
  path: string,
  { token = target.token, body }: { readonly token?: string; readonly body?: unknown } = {},
): Buffer {
  const text = body === undefined ? '' : JSON.stringify(body)
  const lines = [
    `${method} ${basePath(target)}${path} HTTP/1.1`,
    `Host: ${new URL(target.url).host}`,
    'User-Agent: vitrine-bench',
    'Accept: */*',
    'Connection: keep-alive',
    `X-Auth-Token: ${token}`,
    ...(text === ''
      ? []
      : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`]),
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`)
}

export function basePath({ url }: Target): string {
  return new URL(url).pathname.replace(/\/$/, '')
}
