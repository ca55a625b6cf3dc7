/**
 * `vitrine verify`: reads all image data again, in every store, and tells what does not match.
 *
 * Findings go to stdout, as they are found; a progress bar goes to stderr where that is a terminal.
 */
import {
  type Finding,
  type ObjectAddress,
  Verification,
  type Verified,
  type VerifiedInAll,
} from '@vitrine/core'
import type { Config } from './config.ts'
import { readableSize } from './html/readable.ts'
import { openVerification } from './open-verification.ts'

export const verifyHelp = `
Tells, one a line:
  missing     an image has data that its store does not have
  altered     the data is not what the image's hash says, or not as long
  unreadable  the store would not give or list it
  unrecorded  an image names data that the records do not know
  stray       the store has something that belongs to no image
  leftover    the store has the rest of an upload beside the object that came of it

The service never deletes strays: it deletes what its records know, without looking through stores.
Leftovers go when their object does.

Says at the end what is kept twice, since before equal bytes were kept once.

May run beside the service. No further image of the same bytes shares data that is missing or
altered; on an embedded database that needs the service to be stopped meanwhile.

Exits with 0 when all is as it should be, with 1 when it is not.`

/** How many damaged objects are remembered before the records are told. */
const mostKept = 10_000

/** @returns whether all is as it should be. */
export async function verify(config: Config, { json }: { json: boolean }): Promise<boolean> {
  await using opened = await openVerification(config)
  const { records, stores } = opened
  const bar = progressBar(await records.sumContents())
  const report = json ? jsonReport() : textReport()
  const damaged: ObjectAddress[] = []
  let couldRetire = true
  const retire = async () => {
    if (damaged.length > 0) couldRetire = (await opened.retire(damaged.splice(0))) && couldRetire
  }
  let findings = 0
  const verification = new Verification({
    records,
    stores,
    retire: async (address) => {
      damaged.push(address)
      if (damaged.length >= mostKept) await retire()
    },
    onFinding: (finding) => {
      findings++
      bar.clear()
      report.tell(finding)
    },
    onProgress: bar.show,
  })
  const verified = await verification.run()
  bar.clear()
  report.end(verified, findings)
  await retire()
  if (!couldRetire) {
    console.error(
      'The service is running on this embedded database. Stop it and verify again, so that no further image shares the damaged data.',
    )
  }
  return findings === 0
}

type Report = {
  tell(finding: Finding): void
  end(verified: VerifiedInAll, findings: number): void
}

function textReport(): Report {
  return {
    tell({ kind, storeId, key, imageIds, detail }) {
      const images = imageIds.length === 0 ? '' : `; of ${imageIds.join(', ')}`
      console.log(`${kind.padEnd(10)} ${storeId}/${key}: ${detail}${images}`)
    },
    end({ objects, bytes, repeated }, findings) {
      const wrong = findings === 0 ? 'all as it should be' : `${findings} not as they should be`
      console.log(`Verified ${objects} objects, ${readableSize(bytes)}: ${wrong}`)
      if (repeated.objects === 0) return
      console.log(
        `Kept twice, until their images are deleted: ${repeated.objects} of these objects, ${readableSize(repeated.bytes)}`,
      )
    },
  }
}

/** One document, written as it comes, so that nothing has to be kept for its end. */
function jsonReport(): Report {
  let isFirst = true
  process.stdout.write('{"findings": [')
  return {
    tell(finding) {
      process.stdout.write(`${isFirst ? '' : ','}\n  ${JSON.stringify(finding)}`)
      isFirst = false
    },
    end: ({ objects, bytes, repeated }, findings) =>
      void process.stdout.write(
        `${isFirst ? '' : '\n'}], "objects": ${objects}, "bytes": ${bytes}, "repeated": ${JSON.stringify(repeated)}, "sound": ${findings === 0}}\n`,
      ),
  }
}

const redrawMs = 200
const barWidth = 24

/** Draws nothing where nobody looks on. */
function progressBar(all: { readonly count: number; readonly bytes: number }) {
  const { stderr } = process
  const startedMs = performance.now()
  let drawnMs = 0
  return {
    show({ objects, bytes }: Verified): void {
      const nowMs = performance.now()
      if (!stderr.isTTY || nowMs - drawnMs < redrawMs) return
      drawnMs = nowMs
      const part = all.bytes === 0 ? 1 : Math.min(1, bytes / all.bytes)
      const drawn = '█'.repeat(Math.round(part * barWidth)).padEnd(barWidth, '░')
      const speed = bytes / ((nowMs - startedMs) / 1000)
      const leftSeconds = Math.ceil((all.bytes - bytes) / Math.max(speed, 1))
      stderr.write(
        `\r\x1b[K${drawn} ${Math.floor(part * 100)} %  ${objects} of ${all.count}  ${readableSize(bytes)} of ${readableSize(all.bytes)}  ${readableSize(speed)}/s  ${Math.max(0, leftSeconds)} s left`,
      )
    },
    clear(): void {
      if (stderr.isTTY && drawnMs > 0) stderr.write('\r\x1b[K')
    },
  }
}
