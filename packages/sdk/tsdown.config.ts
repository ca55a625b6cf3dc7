/** Builds what is published: modules for Node.js 20 and browsers, and types that stand alone. */
import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/index.ts'],
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  // Nothing is left to install: the hashes that browsers lack are bundled.
  deps: { alwaysBundle: [/^@noble\//], onlyBundle: ['@noble/hashes'] },
})
