/**
 * Why a mail server has not taken a mail, in words for whoever runs the service.
 *
 * What the library and the server say is for the log: it may repeat what was sent.
 */
import { MailRefusedError, UnavailableError } from '@vitrine/core'

/** @param server its host and port. */
export function whyNotTaken(error: unknown, server: string): unknown {
  if (!(error instanceof Error)) return error
  const answer = numberOf(error, 'responseCode')
  const code = textOf(error, 'code')
  // What is refused is the service, not the mail.
  if (code === 'EAUTH') {
    return unavailable(`${server} does not accept the user and password`, error)
  }
  if (answer !== undefined && answer >= 500) {
    return new MailRefusedError(`The mail server refuses it, with ${answer}`, { cause: error })
  }
  if (answer !== undefined) return unavailable(`${server} answered ${answer}`, error)
  const reason = reasons[textOf(error, 'originalCode') ?? ''] ?? reasons[code ?? '']
  return reason === undefined ? error : unavailable(`${server} ${reason}`, error)
}

/** By the codes of Node.js, and where it has none, those of the library. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'broke the connection off',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ENOTFOUND: 'has a name that is not known',
  EAI_AGAIN: 'has a name that could not be looked up',
  EDNS: 'has a name that could not be looked up',
  ETIMEDOUT: 'did not answer in time',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'shows a certificate that is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'shows a certificate that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'shows a certificate that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'shows a certificate that is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows a certificate of another name',
  CERT_HAS_EXPIRED: 'shows a certificate that has expired',
  ETLS: 'could not agree on encryption',
  ECONNECTION: 'broke the connection off',
}

function unavailable(message: string, cause: Error): UnavailableError {
  return new UnavailableError(message, { cause })
}

function textOf(error: Error, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' ? value : undefined
}

function numberOf(error: Error, name: string): number | undefined {
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'number' ? value : undefined
}
