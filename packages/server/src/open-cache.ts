/** The cache of this node, where the operator wants one. */
import { join } from 'node:path'
import { ImageCache, type ImageCacheParts } from '@vitrine/core'
import { FileObjectStore, SqliteCacheIndex } from '@vitrine/objects'

export type CacheSettings = {
  /** Undefined for no cache. */
  readonly directory: string | undefined
  readonly limitBytes: number
}

export type OpenCache = AsyncDisposable & { readonly cache: ImageCache | undefined }

/** Puts right what a process that died left half-fetched. */
export async function openCache(
  { directory, limitBytes }: CacheSettings,
  parts: Omit<ImageCacheParts, 'index' | 'objects' | 'limitBytes'>,
): Promise<OpenCache> {
  await using opened = new AsyncDisposableStack()
  const everything = () => {
    const moved = opened.move()
    return { [Symbol.asyncDispose]: () => moved.disposeAsync() }
  }
  if (directory === undefined) return { cache: undefined, ...everything() }
  const index = opened.use(new SqliteCacheIndex(directory))
  const objects = new FileObjectStore(join(directory, 'objects'))
  const cache = opened.use(new ImageCache({ ...parts, index, objects, limitBytes }))
  return { cache, ...everything() }
}
