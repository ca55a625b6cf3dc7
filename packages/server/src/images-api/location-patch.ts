/**
 * Changes to an image's locations, as JSON patches write them.
 *
 *   {"op": "add",     "path": "/locations/-", "value": {"url": "https://…", "metadata": {}}}
 *   {"op": "replace", "path": "/locations",   "value": [{"url": "https://…", "metadata": {}}]}
 *   {"op": "remove",  "path": "/locations/0"}
 *
 * Spec: Images API v2, "Update image".
 */
import { type GivenLocation, InvalidError, type LocationEdit, quote } from '@vitrine/core'
import { ImageLocation, type Static } from '@vitrine/wire'
import { bodyCheck } from './body-check.ts'

const checkLocation = bodyCheck(ImageLocation, 'set a location of an image')

/** Of one location, as JSON: every page of a list that shows the image has it again. */
const longestMetadataBytes = 65_535

/** @throws {InvalidError} when the position or a location is malformed. */
export function toLocationEdit(
  op: 'add' | 'replace' | 'remove',
  item: string | undefined,
  value: unknown,
): LocationEdit {
  switch (op) {
    case 'add':
      return {
        kind: 'add-location',
        index: item === '-' ? undefined : parseIndex(item),
        location: toLocation(checkLocation(value)),
      }
    case 'replace':
      if (Array.isArray(value)) {
        return {
          kind: 'replace-locations',
          locations: value.map((one: unknown) => toLocation(checkLocation(one))),
        }
      }
      throw new InvalidError(
        `Cannot replace the locations of an image with ${quote(value)}: it should be a list of locations`,
      )
    case 'remove':
      return { kind: 'remove-location', index: parseIndex(item) }
  }
}

function parseIndex(item: string | undefined): number {
  if (item !== undefined && /^\d{1,9}$/.test(item)) return Number(item)
  throw new InvalidError(
    `Cannot find location ${quote(item)} of an image: it should be a number, the first is 0, or "-" to add one at the end`,
  )
}

function toLocation({ url, metadata, validation_data: validation }: Static<typeof ImageLocation>) {
  if (Buffer.byteLength(JSON.stringify(metadata)) > longestMetadataBytes) {
    throw new InvalidError(
      `Cannot keep the metadata of location ${quote(url)}: it is longer than the limit of ${longestMetadataBytes} bytes of JSON`,
    )
  }
  const location: GivenLocation = { url, metadata: { ...metadata } }
  if (validation === undefined) return location
  const { checksum, os_hash_algo: algorithm, os_hash_value: hash } = validation
  return { ...location, validation: { checksum, multihash: { algorithm, value: hash } } }
}
