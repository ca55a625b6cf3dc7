/** What a RabbitMQ and a listener to it need: the scripts that start it, and Debian's packages. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Programs } from './debian-packages.ts'
import { peerScripts } from './peer-scripts.ts'

export const rabbitPrograms: Programs = {
  'rabbitmq-server': '/usr/lib/rabbitmq/bin/rabbitmq-server',
  'python3-oslo.messaging': '/usr/lib/python3/dist-packages/oslo_messaging/__init__.py',
}

/** What is worth installing: nothing, where there is no script that would start it. */
export function programsForRabbit(): Programs {
  return existsSync(join(peerScripts, 'rabbit-up.sh')) ? rabbitPrograms : {}
}
