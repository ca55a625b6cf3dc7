/**
 * Signatures of image data, which are verified while the data arrives.
 *
 * An image is signed when it has all four properties; with fewer they are ordinary properties. The
 * certificate that it names is the operator's to keep, so a signature proves more than a checksum:
 * the data is what somebody the operator knows has signed.
 *
 * Source: Images API v2, "Image signature verification".
 */
import { constants, createVerify, type KeyObject, X509Certificate } from 'node:crypto'
import { InvalidError, quote } from './errors.ts'
import type { Image } from './image.ts'
import type { Certificates } from './ports/certificates.ts'
import type { Clock } from './ports/clock.ts'

const hashMethods = ['SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']

/** By what `img_signature_key_type` says: the kind of key, and for curves which one. */
const keyTypes: Readonly<Record<string, { readonly kind: string; readonly curve?: string }>> = {
  'RSA-PSS': { kind: 'rsa' },
  DSA: { kind: 'dsa' },
  ECC_SECT571K1: { kind: 'ec', curve: 'sect571k1' },
  ECC_SECT409K1: { kind: 'ec', curve: 'sect409k1' },
  ECC_SECT571R1: { kind: 'ec', curve: 'sect571r1' },
  ECC_SECT409R1: { kind: 'ec', curve: 'sect409r1' },
  ECC_SECP521R1: { kind: 'ec', curve: 'secp521r1' },
  ECC_SECP384R1: { kind: 'ec', curve: 'secp384r1' },
}

export class ImageSignatures {
  readonly #certificates: Certificates
  readonly #clock: Clock

  constructor(certificates: Certificates, clock: Clock) {
    this.#certificates = certificates
    this.#clock = clock
  }

  /**
   * The same bytes. Where the image is signed, the last of them is followed by an error if they are
   * not what was signed, and none comes if that could never be verified.
   *
   * @throws {InvalidError} while the bytes are read.
   */
  verified(image: Image, bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const signature = signatureOf(image)
    return signature === undefined ? bytes : this.#verified(signature, bytes)
  }

  async *#verified(
    { hashMethod, signature, keyType, certificateId }: Signature,
    bytes: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    if (!hashMethods.includes(hashMethod)) {
      throw refused(
        `its hash method is ${quote(hashMethod)}, and should be one of ${hashMethods.join(', ')}`,
      )
    }
    const signed = parseBase64(signature)
    const key = await this.#keyOf(certificateId, keyType)
    const verify = createVerify(hashMethod.replace('-', ''))
    for await (const chunk of bytes) {
      verify.update(chunk)
      yield chunk
    }
    const padding = keyType === 'RSA-PSS' && {
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_AUTO,
    }
    if (!verify.verify({ key, ...padding }, signed)) throw refused('it does not fit the data')
  }

  async #keyOf(certificateId: string, keyType: string): Promise<KeyObject> {
    const expected = keyTypes[keyType]
    if (expected === undefined) {
      throw refused(
        `its key type is ${quote(keyType)}, and should be one of ${Object.keys(keyTypes).join(', ')}`,
      )
    }
    const file = await this.#certificates.find(certificateId)
    const certificate = file === undefined ? undefined : parseCertificate(file)
    if (certificate === undefined) {
      throw refused(`certificate ${quote(certificateId)} was not found, or cannot be read`)
    }
    const now = this.#clock.now()
    if (now < new Date(certificate.validFrom) || now > new Date(certificate.validTo)) {
      throw refused(
        `certificate ${quote(certificateId)} is valid from ${certificate.validFrom} to ${certificate.validTo}`,
      )
    }
    const { publicKey } = certificate
    const { asymmetricKeyType: kind = '', asymmetricKeyDetails: details } = publicKey
    const fits = kind.startsWith(expected.kind) && details?.namedCurve === expected.curve
    if (fits) return publicKey
    throw refused(
      `the key of certificate ${quote(certificateId)} is ${quote(details?.namedCurve ?? kind)}, and should be of type ${keyType}`,
    )
  }
}

type Signature = {
  readonly signature: string
  readonly hashMethod: string
  readonly keyType: string
  readonly certificateId: string
}

/** @returns undefined unless the image has all that makes a signature. */
function signatureOf({ properties }: Image): Signature | undefined {
  const signature = properties.get('img_signature')
  const hashMethod = properties.get('img_signature_hash_method')
  const keyType = properties.get('img_signature_key_type')
  const certificateId = properties.get('img_signature_certificate_uuid')
  if (!signature || !hashMethod || !keyType || !certificateId) return undefined
  return { signature, hashMethod, keyType, certificateId }
}

function parseCertificate(file: string | Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(file)
  } catch {
    return undefined
  }
}

function parseBase64(text: string): Buffer {
  const compact = text.replace(/\s/g, '')
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return Buffer.from(compact, 'base64')
  throw refused(`${quote(text)} should be base64`)
}

function refused(reason: string): InvalidError {
  return new InvalidError(`Cannot verify the signature of the image: ${reason}`)
}
