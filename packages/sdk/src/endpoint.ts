/**
 * Where the image service lives, and how the addresses in its answers are read.
 *
 * Endpoints are written in many ways: `http://host:9292`, `http://host/image/`, `http://host/image/v2`.
 * All mean one root, to which `v2/…` is appended. Links in answers begin with `/v2/` whatever stands
 * before it, so they are taken relative to the root too.
 */

/** @returns the root, ending in a slash, without the version. */
export function endpointRoot(endpoint: string | URL): URL {
  const root = new URL(endpoint)
  root.search = ''
  root.hash = ''
  root.pathname = `${root.pathname.replace(/\/+$/, '').replace(/\/v2(\.\d+)?$/, '')}/`
  return root
}

/**
 * A link such as `/v2/images?marker=…`, as a path relative to the root.
 *
 * Whatever comes before the face of the service is dropped, host and all: a token never follows a link elsewhere.
 */
export function linkPath(link: string): string {
  return link.replace(/^[^?]*?\/(?=v2\/|sharing\/v1\/)/, '')
}

/**
 * One segment of a path.
 *
 * @throws {TypeError} for what a URL cannot hold as a segment. `DELETE …/tags/..` would be read as
 * `DELETE …/`, which is quite another request.
 */
export function segment(what: string, value: string): string {
  if (value === '' || value === '.' || value === '..') {
    throw new TypeError(`Cannot address ${what} "${value}": a URL cannot hold it`)
  }
  return encodeURIComponent(value)
}
