/**
 * `npm run demo`: the whole story of a shared image, on a real service and a real disk image, from
 * an empty machine. Everything it makes is in one temporary directory, which it removes.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { arrived, farewell } from './farewell.ts'
import { interruption } from './interruption.ts'
import { Narrator, StepError } from './narrator.ts'
import { tellStory } from './story.ts'
import { duration } from './units.ts'

const help = `Usage: npm run demo [-- --once]

Starts Vitrine and a mail server on free ports, and tells how an image is shared: published,
found, asked for, approved, accepted, booted and taken back. Every step is checked. Then it goes on
serving.

  --once  end after the story: with 0, or with 1 and a sentence if a step went otherwise
  --help  show this

It boots the shared image if qemu-system-x86_64 is installed. NO_COLOR=1 turns the colours off.
`

const options = readOptions()
process.exit(options === undefined ? 2 : options.help ? showHelp() : await demo(options.once))

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        once: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    return values
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${help}`)
    return undefined
  }
}

function showHelp(): number {
  console.log(help)
  return 0
}

/** @returns the exit status. */
async function demo(once: boolean): Promise<number> {
  const interrupted = interruption()
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-demo-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))

  const told = new Narrator(process.stdout)
  told.say('Vitrine: an image is published, found, asked for, shared, booted and taken back.')
  try {
    const ending = await Promise.race([tellStory(told, directory, opened), interrupted])
    if (ending === 'interrupted') {
      told.fallSilent()
      return 130
    }
    told.say(`\nAll ${told.steps} steps went as told, in ${duration(told.elapsedMs)}.`)
    if (once) return 0
    told.say(farewell(ending, directory))
    ending.post.onMail = (address, mail) => told.say(arrived(address, mail))
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    console.error(`\n${error.message}`)
    return 1
  }

  told.say('It goes on serving until Ctrl-C, which removes its files.')
  await interrupted
  told.say('\nGone, and so are its files.')
  return 0
}
