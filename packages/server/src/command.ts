/** The command `vitrine`: reads the configuration, starts the service, and ends it decently. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { LoadedNamespaces } from '@vitrine/core'
import { Command } from 'commander'
import { type Logger, pino } from 'pino'
import { type Config, readConfig } from './config.ts'
import { type Chosen, ConfigError } from './settings.ts'
import { type Service, startService } from './start.ts'
import { verify, verifyHelp } from './verify-command.ts'

type Flags = {
  port?: string
  host?: string
  data?: string
  config?: string
  loadMetadefs?: boolean
}

export const program = new Command('vitrine')
  .description('Keeps virtual-machine images and lets people share them.')
  .option('--port <number>', 'port to listen on (http.port, default 9292)')
  .option('--host <address>', 'address to listen on (http.host, default 127.0.0.1)')
  .option('--data <directory>', 'where everything is kept (data.directory, default ./data)')
  .option('--config <file>', 'settings to read (default ./vitrine.toml if it is there)')
  .option('--load-metadefs', 'load the metadata definitions that clouds usually have, then serve')
  .showHelpAfterError()
  .configureHelp({ sortSubcommands: true })

program
  .command('serve', { isDefault: true })
  .description('start the service (the default)')
  .action(() => stopOnMistake(serve))

program
  .command('config')
  .description('print the configuration in force, secrets hidden')
  .action(() => stopOnMistake(async () => console.log(configFrom(program.opts()).lines.join('\n'))))

program
  .command('verify')
  .description('read all image data again, and tell what is missing, altered or nobody’s')
  .option('--json', 'tell it as one JSON document')
  .addHelpText('after', verifyHelp)
  .action(({ json = false }: { json?: boolean }) =>
    stopOnMistake(async () => {
      const isSound = await verify(configFrom(program.opts()).config, { json })
      if (!isSound) process.exitCode = 1
    }, 'verify'),
  )

function configFrom(flags: Flags) {
  const given = [
    ['http.port', flags.port, '--port'],
    ['http.host', flags.host, '--host'],
    ['data.directory', flags.data, '--data'],
  ] as const
  return readConfig({
    environment: process.env,
    file: flags.config,
    flags: new Map<string, Chosen>(
      given.flatMap(([name, value, source]) =>
        value === undefined ? [] : [[name, { value, source }]],
      ),
    ),
  })
}

async function serve(): Promise<void> {
  // Whatever is kept holds password hashes and other people's images.
  process.umask(0o077)
  const flags: Flags = program.opts()
  const { config, adminPassword } = configFrom(flags)
  const log = openLog(config.operations.log)
  const service = await startService(config, {
    log,
    adminPassword,
    loadMetadefs: flags.loadMetadefs,
  })
  if (service.loadedMetadefs) console.log(whatWasLoaded(service.loadedMetadefs))
  console.log(greeting(service, config, adminPassword !== undefined))
  endOnSignal(service, config.http.drainSeconds * 1000)
}

/** Lines of JSON on stderr. */
function openLog({ level, requests }: Config['operations']['log']): Logger {
  // One line per request is too much to wait for.
  return pino({ base: null, level }, pino.destination({ dest: 2, sync: !requests }))
}

function whatWasLoaded({ created, unchanged }: LoadedNamespaces): string {
  const names = created.length === 0 ? '' : `: ${created.join(', ')}`
  return `Metadata definitions: ${created.length} namespaces loaded${names}; ${unchanged.length} were there already and stay unchanged`
}

/** What a newcomer needs to go on: the address, and what to paste for the `openstack` client. */
function greeting(
  { url, bootstrap }: Service,
  { identity }: Config,
  passwordWasGiven: boolean,
): string {
  const ready = `Vitrine listens on ${url}`
  if (identity.kind === 'keystone')
    return `${ready}\nTokens come from Keystone at ${identity.authUrl}`
  if (!bootstrap.created) return ready
  const password = passwordWasGiven ? '"$VITRINE_ADMIN_PASSWORD"' : bootstrap.password
  const shownOnce = passwordWasGiven ? '' : '\nThe password is shown only this once.'
  return `${ready}

The first start created the user ${bootstrap.userName} in the project ${bootstrap.projectName}.${shownOnce}
To use it with the openstack client:

export OS_AUTH_URL=${url}/identity/v3
export OS_USERNAME=${bootstrap.userName}
export OS_PASSWORD=${password}
export OS_PROJECT_NAME=${bootstrap.projectName}
export OS_USER_DOMAIN_ID=default
export OS_PROJECT_DOMAIN_ID=default
export OS_IDENTITY_API_VERSION=3
`
}

/**
 * The first signal finishes what is in flight, and what comes before load balancers have noticed; a
 * second one ends at once.
 */
function endOnSignal(service: Service, drainMs: number): void {
  let ending = false
  const end = async () => {
    if (ending) process.exit(1)
    ending = true
    service.refuseBalancers()
    await sleep(drainMs)
    await service[Symbol.asyncDispose]()
    process.exit(0)
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}

async function stopOnMistake(run: () => Promise<void>, doing = 'start'): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (error instanceof ConfigError) {
      console.error(error.message)
      process.exitCode = 2
      return
    }
    console.error(`Cannot ${doing}: ${reasonOf(error)}`)
    process.exitCode = 1
  }
}

/** With what it came of: who starts the service is its operator. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`
}
