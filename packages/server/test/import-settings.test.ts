import { describe, expect, test } from 'vitest'
import { readConfig } from '../src/index.ts'

function importsOf(environment: Record<string, string>) {
  return readConfig({ environment }).config.imports.web
}

describe('by default', () => {
  test('images come from public addresses, by http and https on their own ports', () => {
    expect(importsOf({})).toEqual({
      rules: {
        allowedSchemes: ['http', 'https'],
        allowedPorts: [80, 443],
        allowedHosts: [],
        disallowedSchemes: [],
        disallowedPorts: [],
        disallowedHosts: [],
      },
      allowedNetworks: [],
      timeLimits: { totalMs: 86_400_000, idleMs: 60_000 },
    })
  })
})

describe('in the environment', () => {
  test('a list stands between commas, and nothing stands for the empty list', () => {
    const { rules, allowedNetworks } = importsOf({
      VITRINE_IMPORTS__ALLOWED_SCHEMES: 'HTTPS',
      VITRINE_IMPORTS__ALLOWED_PORTS: '',
      VITRINE_IMPORTS__DISALLOWED_PORTS: '22, 25',
      VITRINE_IMPORTS__ALLOWED_HOSTS: 'mirror.internal,10.20.0.7,fd12::7,bücher.example',
      VITRINE_IMPORTS__ALLOWED_NETWORKS: '10.20.0.0/16, fd12::/64, 127.0.0.1',
    })
    expect(rules.allowedSchemes).toEqual(['https'])
    expect(rules.allowedPorts).toEqual([])
    expect(rules.disallowedPorts).toEqual([22, 25])
    expect(rules.allowedHosts).toEqual([
      'mirror.internal',
      '10.20.0.7',
      'fd12::7',
      'bücher.example',
    ])
    expect(allowedNetworks).toEqual(['10.20.0.0/16', 'fd12::/64', '127.0.0.1'])
  })
})

test('plugins work in the order in which they are written', () => {
  const { config } = readConfig({
    environment: {
      VITRINE_IMPORTS__PLUGINS: 'image_conversion,no_op,image_decompression',
      VITRINE_IMPORTS__INJECTED_PROPERTIES: 'os_type=linux, x=a=b',
    },
  })
  const { names, injectedProperties } = config.imports.plugins
  expect(names).toEqual(['image_conversion', 'no_op', 'image_decompression'])
  expect([...injectedProperties]).toEqual([
    ['os_type', 'linux'],
    ['x', 'a=b'],
  ])
  expect(readConfig({ environment: {} }).config.imports.plugins.names).toEqual([])
})

describe('the service does not start', () => {
  test.each([
    ['ALLOWED_SCHEMES', 'http://', 'a list of schemes, such as "http" and "https"'],
    ['ALLOWED_PORTS', '80,http', 'a list of ports from 1 to 65535'],
    ['ALLOWED_PORTS', '0', 'a list of ports from 1 to 65535'],
    [
      'ALLOWED_HOSTS',
      'mirror:80',
      'a list of names or addresses of hosts, without ports and patterns',
    ],
    [
      'ALLOWED_HOSTS',
      '*.internal',
      'a list of names or addresses of hosts, without ports and patterns',
    ],
    [
      'DISALLOWED_HOSTS',
      'a,,b',
      'a list of names or addresses of hosts, without ports and patterns',
    ],
    [
      'ALLOWED_NETWORKS',
      '10.0.0.0/33',
      'a list of networks or addresses, such as "10.20.0.0/16" and "fd12::1"',
    ],
    [
      'ALLOWED_NETWORKS',
      '10/8',
      'a list of networks or addresses, such as "10.20.0.0/16" and "fd12::1"',
    ],
    [
      'PLUGINS',
      'image_conversion,unzip',
      'some of no_op, inject_image_metadata, image_decompression, image_conversion',
    ],
    [
      'INJECTED_PROPERTIES',
      'os_glance_x=1',
      'a list of properties and their values, such as "os_type=linux"',
    ],
    ['CONVERSION_FORMAT', 'vdi', '"raw" or "qcow2" or "vmdk"'],
    ['TIMEOUT_SECONDS', '0', 'seconds from 1 to 2000000'],
  ])('with %s = %s', (name, value, expected) => {
    const variable = `VITRINE_IMPORTS__${name}`
    expect(() => importsOf({ [variable]: value })).toThrow(
      `Cannot start: imports.${name.toLowerCase()} is ${JSON.stringify(value)} (${variable}), and should be ${expected}`,
    )
  })
})
