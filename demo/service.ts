/** The real service in this process: on a directory of its own and any port that is free. */
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig, type Service, startService } from '@vitrine/server'
import { pino } from 'pino'

export type StartedService = {
  readonly service: Service
  readonly adminPassword: string
}

/**
 * Keeps everything in `directory`, its configuration among it: nobody's own `vitrine.toml` is read.
 *
 * @param mailUrl of the server that takes its mail.
 */
export async function startIn(directory: string, mailUrl: string): Promise<StartedService> {
  const file = join(directory, 'vitrine.toml')
  await writeFile(file, configuration(join(directory, 'data'), mailUrl))
  const { config } = readConfig({ environment: {}, file })
  const log = pino({ base: null, level: 'error' }, pino.destination({ dest: 2, sync: true }))
  const adminPassword = randomBytes(6).toString('hex')
  const service = await startService(config, { log, adminPassword })
  return { service, adminPassword }
}

function configuration(dataDirectory: string, mailUrl: string): string {
  return `[http]
port = 0

[data]
directory = ${JSON.stringify(dataDirectory)}

# Of accounts that last as long as the story.
[identity]
password_cost = 10

[mail]
url = ${JSON.stringify(mailUrl)}
from = "Vitrine <vitrine@images.example>"
`
}
