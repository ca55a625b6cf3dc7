export { FileObjectStore, pathWithin } from './file-object-store.ts'
export { MemoryObjectStore } from './memory-object-store.ts'
export { SqliteCacheIndex } from './sqlite-cache-index.ts'
export { WebObjectStore } from './web-object-store.ts'
