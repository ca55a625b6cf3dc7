/** What is said to a thread that hashes. It answers `update` and `digest`, in their order. */
export type HashMessage =
  | { readonly do: 'begin'; readonly hash: number; readonly algorithm: string }
  | {
      readonly do: 'update'
      readonly hash: number
      readonly memory: SharedArrayBuffer
      readonly lengthBytes: number
    }
  /** Ends the hash, and is answered with it in hex. */
  | { readonly do: 'digest'; readonly hash: number }
  | { readonly do: 'drop'; readonly hash: number }

/** Undefined for an `update`. */
export type HashAnswer = string | undefined
