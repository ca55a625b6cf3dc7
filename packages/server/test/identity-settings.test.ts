import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../src/index.ts'

const complete = {
  VITRINE_IDENTITY__KIND: 'keystone',
  VITRINE_IDENTITY__AUTH_URL: 'https://keystone.example:5000/v3/',
  VITRINE_IDENTITY__USERNAME: 'glance',
  VITRINE_IDENTITY__PASSWORD: 'open sesame',
  VITRINE_IDENTITY__PROJECT_NAME: 'service',
}

const identityFrom = (environment: Record<string, string>) =>
  readConfig({ environment }).config.identity

describe('identity.kind', () => {
  test('is local when nothing is said', () => {
    expect(identityFrom({})).toEqual({
      kind: 'local',
      tokenSeconds: 3600,
      passwordCost: 14,
    })
  })

  test('is keystone with an account and no more than that', () => {
    expect(identityFrom(complete)).toEqual({
      kind: 'keystone',
      authUrl: 'https://keystone.example:5000/v3',
      username: 'glance',
      password: 'open sesame',
      projectName: 'service',
      userDomainName: 'Default',
      projectDomainName: 'Default',
      wwwAuthenticateUri: 'https://keystone.example:5000/v3',
      cacheSeconds: 60,
      timeoutSeconds: 10,
    })
  })

  test('may be changed back to local without taking the other settings away', () => {
    const { kind } = identityFrom({ ...complete, VITRINE_IDENTITY__KIND: 'local' })
    expect(kind).toBe('local')
  })

  test('says all that is missing for keystone, by the names of the settings', () => {
    expect(() => identityFrom({ VITRINE_IDENTITY__KIND: 'keystone' })).toThrow(
      new ConfigError(
        'Cannot start: identity.kind is "keystone", and that needs identity.auth_url, identity.username, identity.password, identity.project_name to be set too',
      ),
    )
    const { VITRINE_IDENTITY__PASSWORD: _, ...withoutPassword } = complete
    expect(() => identityFrom(withoutPassword)).toThrow(
      'that needs identity.password to be set too',
    )
  })
})

describe('identity.password', () => {
  test('is never printed', () => {
    const { lines } = readConfig({ environment: complete })
    expect(lines).toContain('identity.password = "<hidden>"  # VITRINE_IDENTITY__PASSWORD')
    expect(lines.join()).not.toContain('open sesame')
  })
})

describe('identity.auth_url', () => {
  const withUrl = (url: string) => ({ ...complete, VITRINE_IDENTITY__AUTH_URL: url })

  test.each([
    'http://10.0.0.1:5000',
    'https://cloud.example/identity',
    'https://cloud.example/identity/v3',
    'http://[::1]:5000/v3',
  ])('may be %s', (url) => {
    expect(identityFrom(withUrl(url))).toMatchObject({ authUrl: url, wwwAuthenticateUri: url })
  })

  test.each([
    'keystone.example:5000',
    'ftp://keystone.example',
    'https://keystone.example/v2.0',
    'https://glance:secret@keystone.example/v3',
    'https://keystone.example/v3?x=1',
    'https://keystone.example/"v3',
    'https://keystone.example/v3\r\nx: y',
  ])('may not be %j', (url) => {
    expect(() => identityFrom(withUrl(url))).toThrow(/^Cannot start: identity\.auth_url is /)
  })
})

describe('identity.www_authenticate_uri', () => {
  test('may be another, for callers who come from outside', () => {
    const uri = 'https://cloud.example/identity'
    expect(
      identityFrom({ ...complete, VITRINE_IDENTITY__WWW_AUTHENTICATE_URI: uri }),
    ).toMatchObject({ wwwAuthenticateUri: uri })
  })
})
