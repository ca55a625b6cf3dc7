/** A token for every caller of the access tables, made through the Identity API as an operator would. */
import { callers, type ProjectName, projects } from '@vitrine/conformance'
import type { Role } from '@vitrine/core'
import type { Answer, HttpClient } from './http-client.ts'
import { inDefault, passwordLogIn } from './identity-requests.ts'

export type Accounts = {
  /**
   * @param caller as the access tables name it: `own`, `mem, pending` …; or `unscoped`, whose token
   *   speaks for no project.
   */
  tokenOf(caller: string): string
  projectId(name: ProjectName): string
}

export async function createAccounts(client: HttpClient, adminPassword: string): Promise<Accounts> {
  const adminToken = await logIn(client, 'admin', adminPassword, 'admin')
  const identity = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const headers = { 'x-auth-token': adminToken }
    const answer = await client.ask(method, `/identity/v3${path}`, { headers, body })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`)
    return answer
  }

  const { body: known } = await identity('GET', '/roles')
  const roleIds = new Map<string, string>(
    known.roles.map(({ id, name }: { id: string; name: string }) => [name, id]),
  )
  const projectIds = new Map<ProjectName, string>()
  for (const name of projects) {
    const { body } = await identity('POST', '/projects', { project: { name } })
    projectIds.set(name, body.project.id)
  }
  // One user per role, who holds it wherever a caller does: logging in anew is what takes time.
  const tokens = new Map<string, string>()
  for (const role of ['member', 'reader', 'service', 'admin'] satisfies Role[]) {
    const held = callers.filter(({ roles }) => roles[0] === role)
    const { body } = await identity('POST', '/users', {
      user: { name: `a ${role}`, password: role },
    })
    for (const project of new Set(held.map((caller) => caller.project))) {
      const path = `/projects/${projectIds.get(project)}/users/${body.user.id}/roles`
      await identity('PUT', `${path}/${roleIds.get(role)}`)
    }
    const unscoped = await logIn(client, `a ${role}`, role, undefined)
    if (role === 'member') tokens.set('unscoped', unscoped)
    for (const { name, project } of held) {
      tokens.set(name, await rescope(client, unscoped, projectIds.get(project)))
    }
  }
  return {
    tokenOf: (caller) => existing(tokens, caller),
    projectId: (name) => existing(projectIds, name),
  }
}

function existing<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key)
  if (value === undefined) throw new Error(`There is no ${key}`)
  return value
}

function logIn(client: HttpClient, name: string, password: string, project: string | undefined) {
  const scope = project === undefined ? 'unscoped' : { project: { name: project, ...inDefault } }
  return tokenFor(client, passwordLogIn({ name, ...inDefault }, password, scope))
}

function rescope(client: HttpClient, token: string, projectId: string | undefined) {
  return tokenFor(client, {
    auth: {
      identity: { methods: ['token'], token: { id: token } },
      scope: { project: { id: projectId } },
    },
  })
}

async function tokenFor(client: HttpClient, body: unknown): Promise<string> {
  const { status, headers, text } = await client.ask('POST', '/identity/v3/auth/tokens', { body })
  const token = headers['x-subject-token']
  if (status !== 201 || typeof token !== 'string') throw new Error(`Cannot log in: ${text}`)
  return token
}
