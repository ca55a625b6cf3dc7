import { describe, expect, test } from 'vitest'
import { readConfig } from '../src/index.ts'
import { ConfigError } from '../src/settings.ts'

const bucket = { id: 'bucket', kind: 's3', bucket: 'images' }
const secret = 'very-secret'

const read = (stores: unknown, environment: Record<string, string> = {}) =>
  readConfig({ environment: { VITRINE_STORES: JSON.stringify(stores), ...environment } })

const s3Of = (stores: unknown, environment?: Record<string, string>) =>
  read(stores, environment).config.stores?.[0]?.s3

describe('a store on S3', () => {
  test('is on AWS, in us-east-1, with the credentials that the machine has, unless told', () => {
    expect(s3Of([bucket])).toEqual({
      endpoint: undefined,
      region: 'us-east-1',
      bucket: 'images',
      prefix: '',
      pathStyle: false,
      credentials: undefined,
      timeoutSeconds: 30,
    })
  })

  test("takes region and credentials from AWS's variables", () => {
    const environment = {
      AWS_REGION: 'eu-north-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: secret,
      AWS_SESSION_TOKEN: 'session',
    }
    expect(s3Of([bucket], environment)).toMatchObject({
      region: 'eu-north-1',
      credentials: { accessKeyId: 'key', secretAccessKey: secret, sessionToken: 'session' },
    })
  })

  test('is told by its own words first, and with an endpoint has the bucket in the path', () => {
    const told = {
      ...bucket,
      endpoint: 'http://127.0.0.1:7480',
      region: 'here',
      prefix: 'a/',
      access_key_id: 'own',
      secret_access_key: secret,
      timeout_seconds: 5,
    }
    const environment = { AWS_REGION: 'there', AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's' }
    expect(s3Of([told], environment)).toEqual({
      endpoint: 'http://127.0.0.1:7480',
      region: 'here',
      bucket: 'images',
      prefix: 'a/',
      pathStyle: true,
      credentials: { accessKeyId: 'own', secretAccessKey: secret },
      timeoutSeconds: 5,
    })
    expect(s3Of([{ ...told, path_style: false }])?.pathStyle).toBe(false)
  })

  test.each([
    ['no bucket', { bucket: undefined }],
    ['a directory', { directory: '/srv' }],
    ['half of its credentials', { access_key_id: 'key' }],
    ['an endpoint that is no URL', { endpoint: 'here' }],
    ['an endpoint with a password', { endpoint: `http://key:${secret}@s3.example` }],
    ['no time', { timeout_seconds: 0 }],
    ['a word that nobody knows', { acl: 'public-read' }],
  ])('with %s stops the start', (_what, wrong) => {
    expect(() => read([{ ...bucket, ...wrong }])).toThrow(ConfigError)
  })

  test('never shows its secret, neither in force nor in a message', () => {
    const told = { ...bucket, access_key_id: 'key', secret_access_key: secret }
    const lines = read([told], { AWS_SECRET_ACCESS_KEY: secret }).lines.join('\n')
    expect(lines).toContain('"accessKeyId":"key","secretAccessKey":"<hidden>"')
    expect(lines).not.toContain(secret)

    const messageOf = (run: () => unknown) => {
      try {
        return String(run())
      } catch (error) {
        return String(error)
      }
    }
    const wrong = messageOf(() => read([{ ...told, weight: 'heavy' }]))
    expect(wrong).toContain('"secret_access_key":"<hidden>","weight":"heavy"')
    const inUrl = messageOf(() =>
      read([{ ...bucket, endpoint: `http://key:${secret}@s3.example` }]),
    )
    expect(inUrl).toContain('http://<hidden>@s3.example')
    const noJson = messageOf(() =>
      readConfig({ environment: { VITRINE_STORES: `[{"secret_access_key":"${secret}"` } }),
    )
    expect(noJson).toContain('stores is')
    for (const message of [wrong, inUrl, noJson]) expect(message).not.toContain(secret)
  })
})

test('files, S3 and the web may stand side by side; the first that takes data is the default', () => {
  const stores = [{ id: 'web', kind: 'http' }, bucket, { id: 'd', kind: 'files', directory: '/d' }]
  expect(read(stores).config.stores?.map(({ kind }) => kind)).toEqual(['http', 's3', 'files'])
  expect(() => read([{ id: 'web', kind: 'http' }])).toThrow(ConfigError)
  expect(() =>
    read([
      { ...bucket, default: true },
      { ...bucket, id: 'other', default: true },
    ]),
  ).toThrow(ConfigError)
})
