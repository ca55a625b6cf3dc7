/** Signed images: data is taken only when it is what somebody the operator knows has signed. */
import { execFileSync } from 'node:child_process'
import { constants, createPrivateKey, randomUUID, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createImage, show, upload } from './image-requests.ts'
import { beginImport, endedTask, stage } from './import-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const directory = mkdtempSync(join(tmpdir(), 'certificates-'))
afterAll(() => rmSync(directory, { recursive: true }))

const data = 'data that somebody signed'

/** A key, and its certificate where the service looks for it. */
function signer(newKey: readonly string[]) {
  const id = randomUUID()
  const keyFile = join(directory, `${id}.key`)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
  if (newKey[0] === 'dsa') {
    const parameters = join(directory, `${id}.dsa`)
    openssl('dsaparam', '-out', parameters, '2048')
    openssl('gendsa', '-out', keyFile, parameters)
  } else openssl('genpkey', ...newKey, '-out', keyFile)
  const certificate = join(directory, `${id}.pem`)
  openssl('req', '-x509', '-key', keyFile, '-subj', '/CN=producer', '-out', certificate)
  return { id, key: createPrivateKey(readFileSync(keyFile)) }
}

const ecc = (curve: string) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`]
const rsaKey = signer(['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'])

function signed(
  { id, key }: ReturnType<typeof signer>,
  keyType: string,
  { hash = 'SHA-256', text = data } = {},
) {
  const padding = {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_MAX_SIGN,
  }
  const bytes = sign(hash.replace('-', ''), Buffer.from(text), {
    key,
    ...(keyType === 'RSA-PSS' && padding),
  })
  return {
    img_signature: bytes.toString('base64'),
    img_signature_hash_method: hash,
    img_signature_key_type: keyType,
    img_signature_certificate_uuid: id,
  }
}

const settings = { VITRINE_IMAGES__CERTIFICATES_DIRECTORY: directory }

describeOnBothDatabases('a signed image', settings, (service) => {
  const uploaded = async (properties: Record<string, string>) => {
    const id = await createImage(service(), properties)
    const { status, text } = await upload(service(), id, data)
    const { status: becomes, size } = await show(service(), id)
    return { status, text, becomes, size }
  }

  test.each(['SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'])(
    'is taken when RSA-PSS with %s fits',
    async (hash) => {
      expect(await uploaded(signed(rsaKey, 'RSA-PSS', { hash }))).toMatchObject({
        status: 204,
        becomes: 'active',
      })
    },
  )

  test.each([
    ['DSA', ['dsa']],
    ['ECC_SECT571K1', ecc('sect571k1')],
    ['ECC_SECT409R1', ecc('sect409r1')],
    ['ECC_SECP521R1', ecc('secp521r1')],
    ['ECC_SECP384R1', ecc('secp384r1')],
  ])('is taken when %s fits', async (keyType, newKey) => {
    const key = signer(newKey)
    expect(await uploaded(signed(key, keyType))).toMatchObject({ status: 204, becomes: 'active' })
    const other = signed(key, keyType, { text: 'other data' })
    expect(await uploaded(other)).toMatchObject({ status: 400, becomes: 'queued', size: null })
  })

  test.each([
    ['of other data', signed(rsaKey, 'RSA-PSS', { text: 'other data' })],
    ['that is no base64', { ...signed(rsaKey, 'RSA-PSS'), img_signature: '?' }],
    [
      'of a type that its key is not',
      { ...signed(rsaKey, 'RSA-PSS'), img_signature_key_type: 'DSA' },
    ],
    ['of an unknown type', { ...signed(rsaKey, 'RSA-PSS'), img_signature_key_type: 'ROT13' }],
    ['by an unknown method', { ...signed(rsaKey, 'RSA-PSS'), img_signature_hash_method: 'MD5' }],
    [
      'by somebody unknown',
      { ...signed(rsaKey, 'RSA-PSS'), img_signature_certificate_uuid: randomUUID() },
    ],
    [
      'by a file elsewhere',
      { ...signed(rsaKey, 'RSA-PSS'), img_signature_certificate_uuid: `../${rsaKey.id}` },
    ],
  ])('is refused with a signature %s', async (_what, properties) => {
    const files = await service().filesAtRest()
    expect(await uploaded(properties)).toMatchObject({ status: 400, becomes: 'queued', size: null })
    expect(await service().dataFiles()).toEqual(files)
  })

  test('is refused when its certificate is none', async () => {
    const id = randomUUID()
    writeFileSync(join(directory, `${id}.pem`), 'no certificate')
    const properties = { ...signed(rsaKey, 'RSA-PSS'), img_signature_certificate_uuid: id }
    expect(await uploaded(properties)).toMatchObject({ status: 400, becomes: 'queued' })
  })

  test('with less than a whole signature is like any other', async () => {
    const { img_signature: _, ...rest } = signed(rsaKey, 'RSA-PSS')
    expect(await uploaded(rest)).toMatchObject({ status: 204, becomes: 'active' })
  })

  test('is verified when it is imported, too', async () => {
    for (const [text, status, becomes] of [
      [data, 'success', 'active'],
      ['other data', 'failure', 'queued'],
    ] as const) {
      const id = await createImage(service(), signed(rsaKey, 'RSA-PSS', { text }))
      await stage(service(), id, data)
      await beginImport(service(), id, 'glance-direct')
      expect(await endedTask(service(), id)).toMatchObject({ status })
      expect(await show(service(), id)).toMatchObject({ status: becomes })
    }
  })
})
