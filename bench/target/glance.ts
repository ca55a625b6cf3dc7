/** A Glance of Debian's as a target, with Keystone's producer and consumer. */
import { installMissing } from '../../peers/debian-packages.ts'
import { glancePrograms, startGlance } from '../../peers/glance-service.ts'
import { password } from '../../peers/keystone.ts'
import { programsForKeystone } from '../../peers/keystone-programs.ts'
import { logIn } from './own-service.ts'
import type { Target } from './target.ts'

/** Disposing of it ends it. */
export async function glanceTarget(): Promise<Target & AsyncDisposable> {
  installMissing({ ...glancePrograms, ...programsForKeystone() })
  await using opened = new AsyncDisposableStack()
  const { url, authUrl } = opened.use(await startGlance())
  const tokenOf = (user: string) => logIn(authUrl, { user, password, project: user })
  const [token, consumerToken] = [await tokenOf('producer'), await tokenOf('consumer')]

  const everything = opened.move()
  return {
    name: 'glance',
    url,
    token,
    consumerToken,
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}
