/**
 * Where the process begins: two choices that V8 must hear of before anything else is loaded.
 */
import { enableCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'

// What is compiled is kept for the next start, which halves its time.
enableCompileCache()
// Image data passes through in short-lived buffers. In a nursery that may grow, some hundred
// megabytes of them wait to be freed; in a small one, a few.
setFlagsFromString('--semi-space-growth-factor=1')

const { program } = await import('./command.ts')
await program.parseAsync()
