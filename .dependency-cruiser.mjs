/**
 * The arrows of docs/design/house.md. An import that breaks one fails `npm run check`.
 *
 *   sdk ──► wire ◄── server ──► core ◄── records, objects, identity, web, mail, notifications
 *                                 ▲
 *                                 └── conformance
 */
const mayImport = {
  core: [],
  wire: [],
  records: ['core'],
  objects: ['core'],
  identity: ['core'],
  web: ['core'],
  notifications: ['core'],
  mail: ['core'],
  conformance: ['core'],
  sdk: ['wire'],
  server: ['core', 'wire', 'records', 'objects', 'identity', 'web', 'notifications', 'mail'],
}

/** Tests may start the service or run a conformance suite, so only what ships is held to the arrows. */
const tests = '\\.test\\.ts$|/test/'

const arrows = Object.entries(mayImport).map(([name, allowed]) => ({
  name: `${name}-imports-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^packages/${name}/`, pathNot: tests },
  to: { path: '^packages/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
}))

const core = {
  name: 'core-stands-on-node-alone',
  severity: 'error',
  from: { path: '^packages/core/', pathNot: tests },
  to: { path: 'node_modules' },
}

const onlyStartKnowsThemAll = {
  name: 'only-start-knows-the-adapters',
  severity: 'error',
  from: {
    path: '^packages/server/src/',
    pathNot: `^packages/server/src/(start|open-[a-z]+)\\.ts$|${tests}`,
  },
  to: { path: '^packages/(records|objects|web|notifications|mail)/' },
}

export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...arrows,
    core,
    onlyStartKnowsThemAll,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^packages/[^/]+/dist/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['vitrine-source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mts', '.js', '.mjs', '.json'],
    },
  },
}
