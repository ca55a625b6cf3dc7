/**
 * Posts to addresses that strangers chose, and that the operator's rules allow.
 *
 * As a `WebSource` reaches nothing that the rules do not allow, and tells no stranger what is to be
 * found elsewhere. Redirects are not followed: the body was meant for this address.
 */
export interface WebhookCarrier {
  /**
   * Refuses what can be refused without connecting: the form of the address, and a host without an
   * address that the rules allow. What cannot be looked up soon passes.
   *
   * @throws {InvalidError} naming the host at most.
   */
  checkHost(url: string): Promise<void>

  /**
   * Resolves with any answer, whatever its status; not more of it is read than its beginning.
   *
   * @throws {InvalidError} when the rules refuse the address.
   * @throws {UnavailableError} when no proper answer came in time.
   * @throws the reason of `signal` when it is aborted.
   */
  post(url: string, message: WebMessage, signal: AbortSignal): Promise<WebAnswer>
}

export type WebMessage = {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type WebAnswer = {
  readonly status: number
  /** How the body begins: a line or two of text, without control characters. */
  readonly beginning: string
  /** From `Retry-After`; undefined without one. */
  readonly retryAfterSeconds: number | undefined
}
