/** A real mail server on this machine, that keeps what it is given and can be made to refuse. */
import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'

export type ReceivedMail = {
  readonly to: readonly string[]
  /** As it came: header, an empty line, body. */
  readonly raw: string
  /** Headers by their names in lower case, unfolded. */
  readonly headers: ReadonlyMap<string, string>
  /** The part of plain text, decoded. */
  readonly text: string
}

export type MailServer = AsyncDisposable & {
  /** With the user and the password that it asks for. */
  readonly url: string
  readonly received: ReceivedMail[]
  /** What it answers to the next mails; undefined to take them. */
  refuseWith: number | undefined
  /** How often somebody has connected. */
  connections: number
}

/** @param port of one that was there before; any that is free if left out. */
export async function startMailServer(port = 0): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const state: Pick<MailServer, 'refuseWith' | 'connections'> = {
    refuseWith: undefined,
    connections: 0,
  }
  const server = new SMTPServer({
    authOptional: false,
    allowInsecureAuth: true,
    onConnect(_session, done) {
      state.connections++
      done()
    },
    onAuth: ({ username, password }, _session, done) =>
      username === 'vitrine' && password === 'sesame'
        ? done(null, { user: username })
        : done(new Error('wrong')),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (state.refuseWith !== undefined) {
          return done(Object.assign(new Error('refused'), { responseCode: state.refuseWith }))
        }
        const to = session.envelope.rcptTo.map(({ address }) => address)
        received.push(read(Buffer.concat(chunks).toString(), to))
        done()
      })
    },
  })
  server.on('error', () => {})
  const listener = server.listen(port, '127.0.0.1')
  await once(listener, 'listening')
  const bound = listener.address()
  if (bound === null || typeof bound === 'string') throw new Error('The mail server has no port')
  return Object.assign(state, {
    // Its certificate is signed by nobody.
    url: `smtp://vitrine:sesame@127.0.0.1:${bound.port}?tls.rejectUnauthorized=false`,
    received,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  })
}

function read(raw: string, to: readonly string[]): ReceivedMail {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    }),
  )
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '')?.[1] ?? ''
  return { to, raw, headers, text: textOf(rest.join('\r\n\r\n'), boundary) }
}

/** The first part of plain text, as nodemailer writes it. */
function textOf(body: string, boundary: string): string {
  const part =
    body.split(`--${boundary}`).find((one) => /content-type: text\/plain/i.test(one)) ?? ''
  const [head = '', ...rest] = part.split('\r\n\r\n')
  const text = rest.join('\r\n\r\n')
  if (/base64/i.test(head)) return Buffer.from(text, 'base64').toString()
  if (!/quoted-printable/i.test(head)) return text.replaceAll('\r\n', '\n')
  const bytes = text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  return Buffer.from(bytes, 'latin1').toString().replaceAll('\r\n', '\n')
}
