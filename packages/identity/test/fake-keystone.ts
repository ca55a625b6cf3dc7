/**
 * A Keystone that misbehaves on demand, on a port of its own. For nothing else: what the real one
 * does is tested against the real one, in peers/. Tokens that begin with `good` are good, and those
 * that begin with `expired` were; `good-service` has the role `service`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { KeystoneIdentity, type KeystoneIdentityOptions } from '../src/index.ts'
import { HeldClock } from './open-accounts.ts'

export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => void

export class FakeKeystone {
  readonly clock = new HeldClock()
  /** What it was asked, such as `POST /v3/auth/tokens`, oldest first. */
  readonly asked: string[] = []
  readonly subjects: string[] = []
  readonly #goodTokens = new Set<string>()
  #logInMisbehaviour: Misbehaviour | undefined
  #misbehaviour: Misbehaviour | undefined
  /** How long its tokens are good for, ours and the callers'. */
  lifeSeconds = 3600
  readonly #server = createServer((request, response) => this.#answer(request, response))

  get logIns(): number {
    return this.asked.filter((line) => line.startsWith('POST')).length
  }

  get validations(): number {
    return this.asked.length - this.logIns
  }

  /** From now on every question about a token is answered by this; by the truth again without. */
  misbehave(misbehaviour?: Misbehaviour): void {
    this.#misbehaviour = misbehaviour
  }

  misbehaveAtLogIn(misbehaviour?: Misbehaviour): void {
    this.#logInMisbehaviour = misbehaviour
  }

  /** From now on our own token, and every earlier one, is worth nothing. */
  forgetLogIns(): void {
    this.#goodTokens.clear()
  }

  /** @param port the one it had before, to come back where it was. */
  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    return this.port()
  }

  async stop(): Promise<void> {
    const stopped = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await stopped
  }

  closeIdleConnections(): void {
    this.#server.closeIdleConnections()
  }

  port(): number {
    const address = this.#server.address()
    if (typeof address !== 'object' || address === null) throw new Error('It does not listen')
    const { port }: AddressInfo = address
    return port
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.asked.push(`${request.method} ${request.url}`)
    request.resume()
    const isLogIn = request.method === 'POST'
    if (!isLogIn) this.subjects.push(String(request.headers['x-subject-token']))
    const misbehaviour = isLogIn ? this.#logInMisbehaviour : this.#misbehaviour
    if (misbehaviour) misbehaviour(request, response)
    else if (isLogIn) this.#issue(response)
    else this.#validate(request, response)
  }

  #issue(response: ServerResponse): void {
    const token = `our-token-${this.logIns}`
    this.#goodTokens.add(token)
    response.setHeader('x-subject-token', token)
    sendJson(response, 201, { token: { expires_at: this.#expiry() } })
  }

  #validate(request: IncomingMessage, response: ServerResponse): void {
    const subject = String(request.headers['x-subject-token'])
    if (!this.#goodTokens.has(String(request.headers['x-auth-token']))) sendError(response, 401)
    else if (!this.#isKnown(subject, String(request.url))) sendError(response, 404)
    else sendJson(response, 200, { token: goodToken(subject, this.#expiry()) })
  }

  #isKnown(subject: string, url: string): boolean {
    const mayHaveExpired = new URL(url, 'http://keystone').searchParams.get('allow_expired') === '1'
    return subject.startsWith('good') || (mayHaveExpired && subject.startsWith('expired'))
  }

  #expiry(): string {
    return new Date(this.clock.now().getTime() + this.lifeSeconds * 1000).toISOString()
  }
}

export function goodToken(userId: string, expiresAt: string) {
  return {
    user: { id: userId },
    project: { id: 'lab' },
    roles: [{ name: userId === 'good-service' ? 'Service' : 'Member' }, { name: 'reader' }],
    expires_at: expiresAt,
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export function sendError(response: ServerResponse, code: number): void {
  sendJson(response, code, { error: { code, message: 'Says Keystone', title: 'No' } })
}

export async function askFakeKeystone(options: Partial<KeystoneIdentityOptions> = {}) {
  const keystone = new FakeKeystone()
  const port = await keystone.listen()
  onTestFinished(() => keystone.stop())
  const open = (changes: Partial<KeystoneIdentityOptions> = {}) =>
    new KeystoneIdentity({
      authUrl: `http://127.0.0.1:${port}`,
      username: 'glance',
      password: 'the-password',
      projectName: 'service',
      userDomainName: 'Default',
      projectDomainName: 'Default',
      cacheSeconds: 60,
      timeoutMs: 10_000,
      clock: keystone.clock,
      ...options,
      ...changes,
    })
  return { keystone, port, identity: open(), open }
}
