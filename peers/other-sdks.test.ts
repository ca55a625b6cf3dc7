/** SDKs of other languages tell the story of a shared image, unchanged. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Account, AccountDesk } from '../demo/accounts.ts'
import { type PeerService, startPeerService } from './service.ts'

const run = promisify(execFile)

let service: PeerService
let desk: AccountDesk

beforeAll(async () => {
  service = await startPeerService()
  desk = await AccountDesk.open(service.url, service.adminPassword)
})
afterAll(() => service[Symbol.asyncDispose]())

/** For a story of two projects that no other story knows. */
async function environmentOf(story: string): Promise<Record<string, string>> {
  const producer = await desk.create(`${story} producer`)
  const consumer = await desk.create(`${story} consumer`)
  return {
    PATH: '/usr/bin:/bin',
    HOME: service.directory,
    OS_AUTH_URL: service.authUrl,
    CONSUMER_PROJECT_ID: consumer.projectId,
    ...userNamed('PRODUCER', producer),
    ...userNamed('CONSUMER', consumer),
  }
}

function userNamed(who: string, { name, password }: Account): Record<string, string> {
  return { [`${who}_NAME`]: name, [`${who}_PASSWORD`]: password, [`${who}_PROJECT`]: name }
}

test('gophercloud, on which Terraform stands', async () => {
  const directory = join(import.meta.dirname, 'gophercloud')
  const go = { GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '-p=2' }
  const program = join(service.directory, 'story')
  const env = { ...(await environmentOf('gophercloud')), ...go }
  await run('go', ['build', '-o', program, 'story.go'], { cwd: directory, env })
  const { stdout } = await run(program, { env })
  expect(stdout.trim().split('\n').at(-1)).toBe('delete')
}, 300_000)

test('fog, for Ruby', async () => {
  const { stdout } = await run('ruby', [join(import.meta.dirname, 'fog', 'story.rb')], {
    env: await environmentOf('fog'),
  })
  expect(stdout.trim().split('\n').at(-1)).toBe('delete')
}, 60_000)

test.each([
  ['openstacksdk', 'on which the openstack command and Ansible stand'],
  ['libcloud', 'for Python and many clouds'],
])(
  '%s, %s',
  async (name) => {
    const story = join(import.meta.dirname, name, 'story.py')
    const env = await environmentOf(name)
    const { stdout } = await run('/usr/bin/python3', [story], { env })
    expect(stdout.trim().split('\n').at(-1)).toBe('delete')
  },
  60_000,
)

// Not installed for this alone: it comes with half a web server.
const horizon = '/usr/lib/python3/dist-packages/openstack_dashboard/api/glance.py'
test.skipIf(!existsSync(horizon))(
  `Horizon's pages about images (where there is ${horizon})`,
  async () => {
    const story = join(import.meta.dirname, 'horizon', 'story.py')
    const env = await environmentOf('horizon')
    const { stdout } = await run('/usr/bin/python3', [story], { env })
    expect(stdout.trim().split('\n').at(-1)).toBe('delete')
  },
  60_000,
)
