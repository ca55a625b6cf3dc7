/**
 * A real Ceph with its S3 gateway, on a port of its own, started by the scripts that lie beside this
 * repository (or where `PEER_SERVERS` says).
 */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { freePort } from '@vitrine/conformance/free-port'
import type { S3Place } from '@vitrine/objects/s3'
import { describe } from 'vitest'
import { cephPrograms } from './ceph-programs.ts'
import { peerScripts } from './peer-scripts.ts'

export type Ceph = AsyncDisposable & {
  /** A place in its bucket that nobody has used yet. */
  newPlace(): S3Place & { readonly endpoint: string; readonly credentials: object }
  /** Keys of whole objects under the prefix. */
  objects(prefix: string): Promise<readonly string[]>
  /** Keys of what is being uploaded in parts, or was given up without a word. */
  unfinished(prefix: string): Promise<readonly string[]>
  /** The gateway keeps its port and answers nothing until `resume`. */
  stall(): Promise<void>
  resume(): Promise<void>
}

export const accessKeyId = 'testkey'
export const secretAccessKey = 'testsecret0123456789'
const bucket = 'vitrine-images'

/** `describe` for tests that need Ceph; where it cannot be had the report says why. */
export function describeCeph(name: string, tests: () => void): void {
  const missing = [join(peerScripts, 'ceph-rgw-up.sh'), ...Object.values(cephPrograms)].find(
    (path) => !existsSync(path),
  )
  if (missing === undefined) describe(name, tests)
  else describe.skip(`${name} (skipped: there is no ${missing})`, tests)
}

/** Disposing of it stops it and removes its files. */
export async function startCeph(): Promise<Ceph> {
  // The script wants to make the directory itself.
  const parent = await mkdtemp('/var/tmp/vitrine-ceph-')
  const directory = join(parent, 'state')
  const port = String(await freePort())
  const run = async (script: string) => {
    const env = {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      S3_PORT: port,
      ACCESS_KEY: accessKeyId,
      SECRET_KEY: secretAccessKey,
    }
    await promisify(execFile)('/bin/bash', [join(peerScripts, script), directory], { env })
  }
  const signal = async (name: NodeJS.Signals) => {
    process.kill(await gatewayIn(directory), name)
  }

  await using opened = new AsyncDisposableStack()
  opened.defer(() => rm(parent, { recursive: true }))
  opened.defer(() => run('ceph-rgw-down.sh'))
  await run('ceph-rgw-up.sh')
  // Stalled, it would not hear that it is to stop.
  opened.defer(() => signal('SIGCONT'))
  const place = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    bucket,
    pathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    timeoutMs: 30_000,
  }
  const client = new S3Client({ ...place, forcePathStyle: true })
  opened.defer(() => client.destroy())
  await client.send(new CreateBucketCommand({ Bucket: bucket }))

  const everything = opened.move()
  return {
    newPlace: () => ({ ...place, prefix: `${randomUUID()}/` }),
    async objects(Prefix) {
      const { Contents = [] } = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix }),
      )
      return Contents.map(({ Key = '' }) => Key)
    },
    async unfinished(Prefix) {
      const { Uploads = [] } = await client.send(
        new ListMultipartUploadsCommand({ Bucket: bucket, Prefix }),
      )
      return Uploads.map(({ Key = '' }) => Key)
    },
    stall: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

/** Of the process that the script started and recorded. */
async function gatewayIn(directory: string): Promise<number> {
  const recorded = await readFile(join(directory, 'pids'), 'utf8')
  return Number(/^(\d+) rgw$/m.exec(recorded)?.[1])
}
