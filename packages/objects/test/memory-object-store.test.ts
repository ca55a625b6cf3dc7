import { describeObjectStore } from '@vitrine/conformance'
import { MemoryObjectStore } from '@vitrine/objects'

describeObjectStore('MemoryObjectStore', async () => {
  const store = new MemoryObjectStore()
  return {
    open: async () => store,
    leftovers: async () => [],
    close: async () => undefined,
  }
})
