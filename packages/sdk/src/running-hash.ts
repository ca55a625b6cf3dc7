/** A hash of bytes that pass one chunk after the other. */
export interface RunningHash {
  update(bytes: Uint8Array): void
  /** Lower-case hex. Nothing may be added afterwards. */
  hex(): string
}
