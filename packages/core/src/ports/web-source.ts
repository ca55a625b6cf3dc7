/**
 * Fetches from addresses that strangers chose, and that the operator's rules allow.
 *
 * Whoever may import an image may name any URI. So an implementation reaches nothing that the rules
 * do not allow, whatever the URI looks like, whatever its host resolves to, and wherever the answer
 * redirects; and its errors tell no stranger what is to be found where the rules do not allow to look.
 *
 * `InvalidError` means that asking again would end the same, `UnavailableError` that it may not.
 * Their messages name the host, and never the rest of the URI, which may hold a secret; `cause` is for
 * the operator.
 */
export interface WebSource {
  /**
   * Refuses at once what can be refused without asking anyone: the form of the URI, its scheme, host
   * and port, and addresses written out. A URI that passes may still be refused by `open`.
   *
   * @throws {InvalidError} with the words "does not pass filtering".
   */
  check(uri: string): void

  /**
   * As `check`, and refuses a host without an address, or with one that the rules do not allow.
   * What cannot be looked up within two seconds passes; `open` finds out.
   */
  checkHost(uri: string): Promise<void>

  /**
   * Asks for what is at the URI, and resolves when its bytes begin to come.
   *
   * The host is resolved once, and the connection goes to no other address than what was found and
   * allowed then. Redirects are followed a few times, each held to every rule. Cookies, credentials
   * and proxies of the environment are never used.
   *
   * Whoever opens also iterates, or aborts the signal: until then the connection stays open, at most
   * for the operator's time limit.
   *
   * @throws {InvalidError} when the rules, or the server that was asked, refuse the request for good.
   * @throws {WrongContentError} when what came is encoded, or has no end that could be told from a cut.
   * @throws {TooLargeError} when the server announces more than `largestBytes`.
   * @throws {UnavailableError} when the server cannot be reached, is too slow, or fails.
   * @throws the reason of `signal` when it is aborted.
   */
  open(uri: string, request: WebRequest): Promise<WebContent>
}

export type WebRequest = {
  /** Ends the fetch whenever it is aborted, also while the bytes are being read. */
  readonly signal: AbortSignal
  /** For the origin of the URI alone: a redirect elsewhere goes without them. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Only what the server announces is held to it; the bytes that come are the caller's to count. */
  readonly largestBytes?: number | undefined
}

export type WebContent = {
  /** As the server announced it; undefined when it did not. */
  readonly sizeBytes: number | undefined
  /**
   * Ends only when all is there. Read at the caller's pace, and once; leaving early closes the
   * connection.
   *
   * @throws {UnavailableError} when the connection broke or stalled before the last byte.
   */
  readonly bytes: AsyncIterable<Uint8Array>
}
