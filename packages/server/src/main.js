#!/usr/bin/env node
/**
 * Where the process begins: choices that must be made before anything else is loaded.
 *
 * Plain JavaScript, as is what runs in threads that hash: the first file of a process or thread comes
 * too early for the cache of what was compiled, and with TypeScript every start would load a compiler
 * that stays in memory, 17 MiB each time.
 */
import { enableCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'

/**
 * glibc gives threads memory of their own to allocate from, and keeps what each of them has used.
 * Two such places instead of eight per processor save some 20 MiB with many transfers at once. And it
 * keeps as much as the largest block ever freed, twice, once for each place: 16 MiB after a password
 * was hashed. With limits of our own what is large, or spare, goes back to the system.
 *
 * It listens to the environment alone and only at its start, so the process starts itself anew, in a
 * hundredth of a second and under the same id.
 */
function keepLessFreeMemory() {
  const { platform, env, execPath, execArgv, argv } = process
  if (platform !== 'linux' || env.MALLOC_ARENA_MAX !== undefined) return
  try {
    process.execve?.(execPath, [execPath, ...execArgv, ...argv.slice(1)], {
      MALLOC_MMAP_THRESHOLD_: String(1024 * 1024),
      MALLOC_TRIM_THRESHOLD_: String(4 * 1024 * 1024),
      ...env,
      MALLOC_ARENA_MAX: '2',
    })
  } catch {
    // Not allowed here: then it takes the memory.
  }
}

keepLessFreeMemory()
// What is compiled is kept for the next start, which halves its time.
enableCompileCache()
// Image data passes through in short-lived buffers. In a nursery that may grow, some hundred
// megabytes of them wait to be freed; in a small one, a few.
setFlagsFromString('--semi-space-growth-factor=1')
// Of the 45 MB that it needs V8 would make 80 before it looks for what is left behind.
setFlagsFromString('--heap-growing-percent=20')

const { program } = await import('./command.ts')
await program.parseAsync()
