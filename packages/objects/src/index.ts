export { FileObjectStore } from './file-object-store.ts'
export { MemoryObjectStore } from './memory-object-store.ts'
