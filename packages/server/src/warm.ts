/**
 * Run once after installing: compiles the service for the first start, which then takes half as long.
 *
 * All of it, also what is loaded only when it is needed: one file that was not compiled makes a start
 * load a compiler that stays in memory, 17 MiB of it.
 */
import { globSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

enableCompileCache()

const packages = join(import.meta.dirname, '..', '..')
const used = 'core,identity,mail,notifications,objects,records,server,web,wire'
for (const path of globSync(`{${used}}/src/**/*.ts`, { cwd: packages })) {
  const file = join(packages, path)
  if (file !== import.meta.filename) await import(pathToFileURL(file).href)
}
