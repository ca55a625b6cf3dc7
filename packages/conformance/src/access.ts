/** The tables of access as tests, for whatever can attempt their operations. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Caller, callers } from './access-callers.ts'
import { accessTables, type ImageKind } from './access-tables.ts'

export type AccessHarness = {
  /** A new image with the tag `kept`, shared with all `consumers`, and with `removed` no longer. */
  newImage(kind: ImageKind): Promise<string>
  /**
   * Does what a row of the tables is called, as that caller.
   *
   * @returns the status code; `done` for a success where there are no status codes. A list of
   *   members is followed by ` all` or ` own`.
   */
  attempt(caller: Caller, operation: string, imageId: string): Promise<string>
  /** All there is to know of the image, to see that a refusal has changed nothing. */
  lookAt(imageId: string): Promise<unknown>
  close(): Promise<void>
}

const reading = /^(show|download|list)\b/

/** Call it once per face, from a test file of its own. */
export function describeAccess(name: string, makeHarness: () => Promise<AccessHarness>): void {
  describe(`${name} answers by the tables of access`, () => {
    let harness: AccessHarness

    beforeAll(async () => {
      harness = await makeHarness()
    })
    afterAll(() => harness.close())

    for (const { about, images, rows } of accessTables) {
      for (const kind of images) {
        describe(`of ${about} (${kind.visibility}, ${kind.status})`, () => {
          let untouched: string
          let before: unknown

          beforeAll(async () => {
            untouched = await harness.newImage(kind)
            before = await harness.lookAt(untouched)
          })

          test.each(rows)('$name', async ({ name: operation, cells }) => {
            const asked = callers.filter(({ column }) => cells.has(column))
            const expected: Record<string, string> = {}
            const answers: Record<string, string> = {}
            for (const caller of asked) {
              const cell = cells.get(caller.column) ?? ''
              // Whoever is let in to change the image gets one of its own.
              const changes = cell.startsWith('2') && !reading.test(operation)
              const image = changes ? await harness.newImage(kind) : untouched
              const answer = await harness.attempt(caller, operation, image)
              answers[caller.name] = answer
              expected[caller.name] = answer.startsWith('done')
                ? cell.replace(/^2\d\d/, 'done')
                : cell
            }
            expect(answers).toEqual(expected)
            expect(await harness.lookAt(untouched)).toEqual(before)
          })
        })
      }
    }
  })
}
