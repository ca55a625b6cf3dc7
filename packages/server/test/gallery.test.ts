/** The gallery by HTTP: what anyone sees of what is published, and nothing of anything else. */
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { activeImage, patch } from './image-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const listing = { title: 'Debian 13', os: 'Debian', os_version: '13', architecture: 'x86_64' }

describeOnBothDatabases(
  'the gallery',
  { VITRINE_GALLERY__TITLE: 'Images & more', VITRINE_GALLERY__CONTACT: 'ops@example.com' },
  (service) => {
    /** Without any token, as everybody. */
    async function visit(path: string, init: RequestInit = {}) {
      const answer = await fetch(`${service().url}${path}`, { redirect: 'manual', ...init })
      return { status: answer.status, headers: answer.headers, text: await answer.text() }
    }
    const own = (method: string, path: string, body?: unknown, as = 'own') =>
      service().ask(method, `/sharing/v1${path}`, { as, body })

    async function publish(more: object = {}, image: Record<string, unknown> = {}) {
      const publisher = { name: 'Acme', contact: 'https://acme.example/help', description: 'We.' }
      await own('PUT', `/publishers/${service().accounts.projectId('producer')}`, publisher)
      const id = await activeImage(service(), 'data', image)
      const answer = await own('PUT', `/images/${id}/listing`, { ...listing, ...more })
      expect(answer.status, answer.text).toBe(200)
      return id
    }

    /** Everywhere something could be seen of it. */
    async function sightings(id: string): Promise<readonly string[]> {
      const paths = [
        ...['/gallery', '/gallery?q=deb', '/gallery?os=debian', '/gallery/publishers/acme'],
        ...['/gallery/feed.atom', '/gallery/feed.json', '/gallery/sitemap.xml'],
        ...['/gallery/publishers/acme/feed.atom', '/gallery/publishers/acme/feed.json'],
      ]
      const found = []
      for (const path of paths) if ((await visit(path)).text.includes(id)) found.push(path)
      return found
    }
    const everywhere = 9

    test('shows a page with all that was published, and what the data says of itself', async () => {
      const id = await publish({
        title: 'Debian 13 “trixie”',
        description: 'With cloud-init.\nSecond line.',
        license: 'GPL-2.0-or-later',
        support: 'help@example.com',
        documentation: 'https://example.com/docs?a=1&b=2',
      })
      const short = await visit(`/gallery/images/${id}`)
      expect(short.status).toBe(301)
      const path = `/gallery/images/${id}/debian-13-trixie`
      expect(short.headers.get('location')).toBe(path)
      expect(short.headers.get('cache-control')).toBe('no-cache')
      expect((await visit(`/gallery/images/${id}/old-title?x=y`)).headers.get('location')).toBe(
        path,
      )
      const { status, headers, text } = await visit(path)
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      const image = (await service().ask('GET', `/v2/images/${id}`)).body
      for (const shown of [
        ...['<h1>Debian 13 “trixie”</h1>', 'With cloud-init.\nSecond line.', 'GPL-2.0-or-later'],
        ...[
          image.checksum,
          image.os_hash_value,
          '4 bytes',
          'x86_64',
          `openstack image save`,
          'raw',
        ],
        ...[`glance image-download --progress --file debian-13-trixie.raw ${id}`, 'sha512sum'],
        ...[`image_id    = &quot;${id}&quot;`, `images.get(&#39;${id}&#39;)`, 'qemu-system-x86_64'],
        ...[`${service().url}/v2/images/${id}/file`, 'href="mailto:help@example.com"'],
        'href="https://example.com/docs?a=1&amp;b=2" rel="nofollow noopener ugc"',
        `<meta property="og:title" content="Debian 13 “trixie”">`,
        `<link rel="canonical" href="${service().url}${path}">`,
        '<title>Debian 13 “trixie” · Images &amp; more</title>',
      ]) {
        expect(text, shown).toContain(shown)
      }
      const [, json = ''] = /<script type="application\/ld\+json">(.*)<\/script>/.exec(text) ?? []
      expect(JSON.parse(json)).toMatchObject({
        '@context': 'https://schema.org',
        '@type': 'SoftwareApplication',
        name: 'Debian 13 “trixie”',
        operatingSystem: 'Debian 13',
        license: 'GPL-2.0-or-later',
        publisher: { name: 'Acme', url: `${service().url}/gallery/publishers/acme` },
      })
    })

    test('loads nothing, runs nothing and keeps nothing', async () => {
      const id = await publish()
      const paths = [
        '/gallery',
        `/gallery/images/${id}/debian-13`,
        '/gallery/publishers/acme',
        '/gallery/x',
      ]
      for (const path of paths) {
        const { headers, text } = await visit(path)
        const policy = headers.get('content-security-policy') ?? ''
        expect(policy).toMatch(
          /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self';/,
        )
        expect(text).not.toMatch(
          /<script(?! type="application\/ld\+json")|<img|<iframe|<object| style="| on\w+="|@import|url\(/i,
        )
        expect(text).not.toMatch(/<link rel="(?!canonical|alternate)/)
        expect(headers.get('set-cookie')).toBeNull()
        expect(headers.get('x-content-type-options')).toBe('nosniff')
      }
    })

    test('shows it everywhere, and nowhere from the moment it is unlisted', async () => {
      const id = await publish()
      expect(await sightings(id)).toHaveLength(everywhere)
      const path = `/gallery/images/${id}/debian-13`
      const { headers } = await visit(path)
      const etag = headers.get('etag') ?? ''
      expect(headers.get('cache-control')).toBe('no-cache')
      const again = await visit(path, { headers: { 'if-none-match': `"x", ${etag}` } })
      expect([again.status, again.text]).toEqual([304, ''])
      await own('DELETE', `/images/${id}/listing`)
      expect(await sightings(id)).toEqual([])
      const gone = await visit(path, { headers: { 'if-none-match': etag } })
      const never = await visit(`/gallery/images/${randomUUID()}/debian-13`)
      expect([gone.status, gone.headers.get('cache-control')]).toEqual([404, 'no-store'])
      expect(gone.text).toBe(never.text)
      expect((await visit(`/gallery/images/${id}`)).status).toBe(404)
    })

    test('follows what becomes of the image', async () => {
      const id = await publish()
      const path = `/gallery/images/${id}/debian-13`
      const act = (action: string) =>
        service().ask('POST', `/v2/images/${id}/actions/${action}`, { as: 'adm' })
      await act('deactivate')
      expect(await sightings(id)).toEqual([])
      const off = await visit(path)
      expect(off.text).toContain('Not available at present')
      expect(off.text).not.toMatch(/openstack server create|<form|Get access/)
      await act('reactivate')
      expect(await sightings(id)).toHaveLength(everywhere)

      await patch(service(), id, [{ op: 'replace', path: '/os_hidden', value: true }])
      expect(await sightings(id)).toEqual([])
      expect((await visit(path)).text).toContain('openstack server create')
      await patch(service(), id, [{ op: 'replace', path: '/os_hidden', value: false }])

      const before = (await visit(path)).text
      await patch(service(), id, [
        { op: 'replace', path: '/visibility', value: 'private' },
        { op: 'replace', path: '/name', value: 'a new secret' },
        { op: 'add', path: '/secret', value: 'more' },
      ])
      expect((await visit(path)).text).toBe(before)
      await patch(service(), id, [{ op: 'replace', path: '/visibility', value: 'community' }])
      expect((await visit(path)).text).toContain('Free to use')

      await service().ask('DELETE', `/v2/images/${id}`)
      expect(await sightings(id)).toEqual([])
      expect((await visit(path)).status).toBe(404)
    })

    test('tells nothing of images, projects and people that was not published', async () => {
      const hidden = await activeImage(service(), 'data', { name: 'unpublished' })
      const id = await publish({}, { name: 'internal name', os_distro: 'internal property' })
      const secrets = [hidden, 'unpublished', 'internal']
      for (const who of ['producer', 'accepted'] as const)
        secrets.push(service().accounts.projectId(who))
      for (const path of [
        '/gallery',
        `/gallery/images/${id}/debian-13`,
        '/gallery/publishers/acme',
        '/gallery/feed.json',
      ]) {
        const { text } = await visit(path)
        for (const secret of secrets) expect(text, path).not.toContain(secret)
      }
      const other = service().accounts.projectId('accepted')
      await own('PUT', `/publishers/${other}`, { name: 'Nothing yet' }, 'mem, accepted')
      for (const path of [
        ...[
          `/gallery/images/${hidden}`,
          '/gallery/publishers/nothing-yet',
          '/gallery/publishers/none',
        ],
        ...[
          `/gallery/publishers/${other}`,
          '/gallery/nothing',
          '/gallery/images',
          '/gallery/images/a%00b',
        ],
        '/gallery/publishers/nothing-yet/feed.atom',
      ]) {
        const { status, text } = await visit(path)
        expect([path, status]).toEqual([path, 404])
        expect(text).toContain('Nothing is published here, or not any more.')
      }
      expect((await visit('/gallery?publisher=nothing-yet')).text).not.toContain('Nothing yet')
    })

    test('takes every text for text', async () => {
      const evil = `</title></script><script>alert(1)</script>"'onload=x`
      const id = await publish({
        title: evil,
        description: evil,
        os: evil.slice(0, 60),
        license: evil,
      })
      await own('PUT', `/publishers/${service().accounts.projectId('producer')}`, {
        name: evil,
        description: evil,
      })
      const paths = [
        ...['/gallery', `/gallery?q=${encodeURIComponent(evil)}`, '/gallery/publishers/acme'],
        ...[`/gallery?os=${encodeURIComponent(evil)}&marker=0.0.0`, '/gallery/feed.atom'],
        `/gallery/images/${id}/title-script-script-alert-1-script-onload-x`,
      ]
      for (const path of paths) {
        const { status, text } = await visit(path)
        expect([path, status]).toEqual([path, 200])
        const [facts = '{}'] =
          /(?<=<script type="application\/ld\+json">).*(?=<\/script>)/.exec(text) ?? []
        expect(JSON.parse(facts)).toBeDefined()
        expect(text.replace(facts, ''), path).not.toMatch(/<script>|\)<\/script>|"'onload/)
        expect(facts, path).not.toContain('<')
      }
      const { text } = await visit('/gallery/feed.json')
      expect(JSON.parse(text).items[0]).toMatchObject({ title: evil, authors: [{ name: evil }] })
      await own('DELETE', `/images/${id}/listing`)
    })

    test('narrows down by links that every browser follows, page by page', async () => {
      const many = Array.from({ length: 26 }, (_, i) => ({ title: `Many ${i}`, os: 'ManyOS' }))
      const ids = await Promise.all(many.map((one) => publish(one)))
      const links = (text: string, rel: string) =>
        [...text.matchAll(/<a [^>]*>/g)]
          .map(([tag]) => tag)
          .filter((tag) => tag.includes(`rel="${rel}"`))
          .map((tag) => (/href="([^"]*)"/.exec(tag)?.[1] ?? '').replaceAll('&amp;', '&'))
      const all = await visit('/gallery?q=many')
      expect(all.text).toContain('26 images')
      const [narrower = ''] = links(all.text, 'nofollow').filter((href) =>
        href.includes('os=manyos'),
      )
      expect(narrower).toBe('/gallery?q=many&os=manyos')
      const first = await visit(narrower)
      const [next = ''] = links(first.text, 'next')
      const second = await visit(next)
      expect(links(second.text, 'next')).toEqual([])
      const shown = [first, second].map(({ text }) =>
        ids.filter((id) => text.includes(`/images/${id}`)),
      )
      expect(shown.map((some) => some.length)).toEqual([24, 2])
      expect(second.text).toContain('First page')
      expect((await visit('/gallery?q=many&os=other')).text).toContain('No image is all of this')
      expect((await visit('/gallery?q=nosuchword')).text).toContain(
        'No image has all of these words',
      )
      await Promise.all(ids.map((id) => own('DELETE', `/images/${id}/listing`)))
    })

    test('is read by feed readers and search engines', async () => {
      const id = await publish({ description: 'One & <two>' })
      const atom = await visit('/gallery/feed.atom')
      expect(atom.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8')
      for (const part of [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">',
        `<id>urn:uuid:${id}</id>`,
        'One &amp; &lt;two&gt;',
        `href="${service().url}/gallery/images/${id}/debian-13"`,
      ]) {
        expect(atom.text).toContain(part)
      }
      const json = await visit('/gallery/publishers/acme/feed.json')
      expect(json.headers.get('content-type')).toBe('application/feed+json; charset=utf-8')
      expect(JSON.parse(json.text)).toMatchObject({
        version: 'https://jsonfeed.org/version/1.1',
        feed_url: `${service().url}/gallery/publishers/acme/feed.json`,
        items: expect.arrayContaining([
          expect.objectContaining({ id: `urn:uuid:${id}`, title: 'Debian 13' }),
        ]),
      })
      const map = await visit('/gallery/sitemap.xml')
      expect(map.text).toContain(`<loc>${service().url}/gallery/images/${id}/debian-13</loc>`)
      expect(map.text).toContain(`<loc>${service().url}/gallery/publishers/acme</loc>`)
      expect((await visit('/gallery/sitemaps/0.xml')).text).toBe(map.text)
      const robots = await visit('/robots.txt')
      expect(robots.text).toContain(`Sitemap: ${service().url}/gallery/sitemap.xml`)
      expect((await visit('/gallery')).text).not.toContain('noindex')
      expect((await visit('/gallery?q=deb')).text).toContain('noindex')
    })

    test('answers HEAD as GET, and refuses what it cannot read with a page', async () => {
      for (const path of ['/gallery', '/gallery/feed.json', '/robots.txt']) {
        const get = await visit(path)
        const head = await visit(path, { method: 'HEAD' })
        expect([head.status, head.text]).toEqual([200, ''])
        expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'))
        expect(head.headers.get('etag')).toBe(get.headers.get('etag'))
      }
      for (const path of [
        '/gallery?marker=x',
        '/gallery?q=%ff',
        '/gallery/images/%ff',
        '/gallery?q=%00',
      ]) {
        const { status, text, headers } = await visit(path)
        expect([path, status, headers.get('content-type')]).toEqual([
          path,
          400,
          'text/html; charset=utf-8',
        ])
        expect(text).toContain('<h1>That cannot be</h1>')
      }
      expect((await visit('/gallery', { method: 'POST' })).status).toBe(404)
    })

    test('leads from an address with a slash too many to the page', async () => {
      const moved = await fetch(`${service().url}/gallery/?q=x`, { redirect: 'manual' })
      expect([moved.status, moved.headers.get('location')]).toEqual([301, '/gallery?q=x'])
      expect((await fetch(`${service().url}/gallery/nothing/`)).status).toBe(404)
    })
  },
)
