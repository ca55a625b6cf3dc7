import { OutOfRangeError } from './errors.ts'

/** A part of an object: from byte `start` (inclusive) to `end` (exclusive), so `end - start` long. */
export type ByteRange = { readonly start: number; readonly end: number }
