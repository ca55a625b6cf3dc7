/**
 * What a store of kind "s3" needs to know, in its table under `stores`:
 *
 *   endpoint = "https://s3.example:7480"
 *   region = "us-east-1"
 *   bucket = "images"
 *
 * What it does not say of region and credentials is taken from AWS's variables in the environment.
 */
import { isText } from './settings.ts'

export type S3Settings = {
  /** Undefined for AWS itself. */
  readonly endpoint: string | undefined
  readonly region: string
  readonly bucket: string
  readonly prefix: string
  readonly pathStyle: boolean
  readonly credentials: S3Credentials | undefined
  readonly timeoutSeconds: number
  /** How long addresses are good that clients are sent to; undefined to send all data ourselves. */
  readonly redirectSeconds: number | undefined
}

export type S3Credentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** What the environment says where a store does not. */
export type S3Defaults = {
  readonly region: string
  readonly credentials: S3Credentials | undefined
}

export function s3DefaultsFrom(
  environment: Readonly<Record<string, string | undefined>>,
): S3Defaults {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment
  return {
    region: environment.AWS_REGION || environment.AWS_DEFAULT_REGION || 'us-east-1',
    credentials:
      accessKeyId && secretAccessKey
        ? { accessKeyId, secretAccessKey, sessionToken: environment.AWS_SESSION_TOKEN }
        : undefined,
  }
}

export const s3Keys = [
  'endpoint',
  'region',
  'bucket',
  'prefix',
  'path_style',
  'access_key_id',
  'secret_access_key',
  'timeout_seconds',
  'redirect_seconds',
]

/** @returns undefined when something is not what it should be. */
export function readS3(
  store: Readonly<Record<string, unknown>>,
  defaults: S3Defaults,
): S3Settings | undefined {
  const { endpoint, region = defaults.region, bucket, prefix = '' } = store
  const { path_style: pathStyle = endpoint !== undefined, timeout_seconds: timeout = 30 } = store
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey } = store
  if (endpoint !== undefined && !isEndpoint(endpoint)) return undefined
  if (!isText(region) || !isText(bucket) || typeof prefix !== 'string') return undefined
  if (typeof pathStyle !== 'boolean') return undefined
  if (typeof timeout !== 'number' || !(timeout > 0 && timeout <= 3600)) return undefined
  const { redirect_seconds: redirectSeconds } = store
  if (redirectSeconds !== undefined && !isLifetime(redirectSeconds)) return undefined
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) return undefined
  const where = { endpoint, region, bucket, prefix, pathStyle }
  const place = { ...where, timeoutSeconds: timeout, redirectSeconds }
  if (accessKeyId === undefined) return { ...place, credentials: defaults.credentials }
  if (!isText(accessKeyId) || !isText(secretAccessKey)) return undefined
  return { ...place, credentials: { accessKeyId, secretAccessKey } }
}

/** A signature is good for a week at most. */
function isLifetime(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 7 * 24 * 3600
}

/** Without a user and a password: they would stand in messages. */
function isEndpoint(value: unknown): value is string {
  const url = isText(value) ? URL.parse(value) : null
  return (
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  )
}
