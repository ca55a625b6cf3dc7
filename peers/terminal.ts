/**
 * A terminal in which one user types commands of Debian's clients:
 *
 *   await producer.run`openstack image add project ${image} ${project}`
 *
 * It is as bare as that of someone who just logged in. What surrounds this process, such as another
 * Python before Debian's, does not get in.
 */
import { execFile } from 'node:child_process'
import type { PeerService } from './service.ts'

/**
 * Both clients take what is not a terminal for image data, so a command gets one to read from; what
 * it writes comes to us.
 */
const withKeyboard = `
import os, pty, sys
terminal, keyboard = pty.openpty()
os.set_inheritable(terminal, True)
os.dup2(keyboard, 0)
os.execvp(sys.argv[1], sys.argv[1:])
`

export type Login = {
  readonly name: string
  readonly password: string
  /** The same as the user's when not given. */
  readonly project?: string
}

export class Terminal {
  readonly #environment: Readonly<Record<string, string>>
  readonly #directory: string

  constructor({ authUrl, directory }: PeerService, { name, password, project = name }: Login) {
    this.#directory = directory
    this.#environment = {
      PATH: '/usr/bin:/bin',
      HOME: directory,
      LANG: 'C.UTF-8',
      OS_AUTH_URL: authUrl,
      OS_IDENTITY_API_VERSION: '3',
      OS_USER_DOMAIN_ID: 'default',
      OS_PROJECT_DOMAIN_ID: 'default',
      OS_USERNAME: name,
      OS_PASSWORD: password,
      OS_PROJECT_NAME: project,
    }
  }

  /**
   * Runs a command that must succeed. What stands between `${` and `}` is (part of) one argument.
   *
   * @returns what it wrote to stdout, without space around it.
   */
  async run(words: TemplateStringsArray, ...values: readonly string[]): Promise<string> {
    const command = argumentsOf(words, values)
    const { status, stdout, stderr } = await this.#execute(command)
    if (status === 0) return stdout.trim()
    throw new Error(`Expected 0 from: ${command.join(' ')}; it ended with ${status}: ${stderr}`)
  }

  /** Like `run`, for a command that writes JSON. */
  async json(words: TemplateStringsArray, ...values: readonly string[]): Promise<unknown> {
    return JSON.parse(await this.run(words, ...values))
  }

  /** Like `run`, for a command that writes a list with a word a line. */
  async lines(words: TemplateStringsArray, ...values: readonly string[]): Promise<string[]> {
    return (await this.run(words, ...values)).split('\n').filter((line) => line !== '')
  }

  /**
   * Runs a command that must be refused with status 1.
   *
   * @returns what the client tells its user.
   */
  async refused(words: TemplateStringsArray, ...values: readonly string[]): Promise<string> {
    const command = argumentsOf(words, values)
    const { status, stdout, stderr } = await this.#execute(command)
    if (status === 1) return `${stdout}${stderr}`.trim()
    throw new Error(`Expected 1 from: ${command.join(' ')}; it ended with ${status}: ${stdout}`)
  }

  async #execute(command: readonly string[]) {
    const options = { env: this.#environment, cwd: this.#directory, timeout: 60_000 }
    return new Promise<{ status: unknown; stdout: string; stderr: string }>((resolve) => {
      const args = ['-c', withKeyboard, ...command]
      execFile('/usr/bin/python3', args, options, (error, stdout, stderr) =>
        resolve({ status: error === null ? 0 : (error.code ?? error.signal), stdout, stderr }),
      )
    })
  }
}

/** Words are what spaces part, but for spaces within a value. */
export function argumentsOf(
  words: TemplateStringsArray,
  values: readonly string[],
): readonly string[] {
  const found = ['']
  const append = (text: string) => found.push(`${found.pop()}${text}`)
  for (const [index, text] of words.entries()) {
    const [first = '', ...others] = text.split(/\s+/)
    append(first)
    found.push(...others)
    append(values[index] ?? '')
  }
  return found.filter((word) => word !== '')
}
