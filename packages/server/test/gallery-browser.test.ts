/** The gallery in a real browser: without JavaScript, at every width and in the dark, for everyone. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserPath, openBrowser } from './browser.ts'
import { activeImage } from './image-requests.ts'
import { startTestService, type TestService } from './start-test-service.ts'

const patienceMs = 120_000

describe.skipIf(browserPath === undefined)(
  'the gallery in Chromium (skipped where there is none)',
  { timeout: patienceMs },
  () => {
    let service: TestService
    let browser: Browser
    const ids: string[] = []
    beforeAll(async () => {
      service = await startTestService()
      browser = await openBrowser()
      const ask = (method: string, path: string, body?: unknown, as = 'own') =>
        service.ask(method, `/sharing/v1${path}`, { as, body })
      const publisher = `/publishers/${service.accounts.projectId('producer')}`
      const about = { description: 'We build.\nEvery night.', contact: 'help@example.com' }
      await ask('PUT', publisher, { name: 'A publisher of a rather long name', ...about })
      await ask('PUT', `${publisher}/verification`, undefined, 'adm')
      for (const [title, more, image] of [
        ['Debian 13', { license: 'GPL-2.0-or-later', documentation: 'https://example.com/a' }, {}],
        ['Free', { os: 'Fedora', architecture: 'aarch64' }, { visibility: 'community' }],
        ['Off', {}, {}],
        ['Unbreakable'.repeat(10), { description: 'x'.repeat(3000), license: 'y'.repeat(120) }, {}],
      ] as const) {
        const id = await activeImage(service, 'data', image)
        const text = { title, os: 'Debian', os_version: '13', architecture: 'x86_64', ...more }
        const answer = await ask('PUT', `/images/${id}/listing`, text)
        expect(answer.status, answer.text).toBe(200)
        ids.push(id)
      }
      await service.ask('POST', `/v2/images/${ids[2]}/actions/deactivate`, { as: 'adm' })
    }, patienceMs)
    afterAll(async () => {
      await browser?.close()
      await service?.[Symbol.asyncDispose]()
    })

    async function open(options: BrowserContextOptions): Promise<Page> {
      const page = await (await browser.newContext(options)).newPage()
      page.on('pageerror', (error) => expect.fail(`a page failed: ${error.message}`))
      return page
    }

    test('is walked from a search to the commands without JavaScript', async () => {
      const page = await open({ javaScriptEnabled: false })
      const requests: string[] = []
      page.on('request', (request) => requests.push(request.url()))
      await page.goto(`${service.url}/gallery`)
      await page.getByRole('searchbox', { name: 'Search images' }).fill('deb')
      await page.getByRole('button', { name: 'Search' }).click()
      await page.getByRole('link', { name: /^GPL-2.0-or-later/ }).click()
      expect(new URL(page.url()).search).toBe('?q=deb&license=gpl-2.0-or-later')
      await page.getByRole('heading', { name: '1 image', exact: true }).waitFor()
      await page.getByRole('link', { name: 'Debian 13' }).click()
      await page.getByText('curl', { exact: true }).click()
      const command = page.getByText(`/v2/images/${ids[0]}/file`)
      await command.waitFor({ state: 'visible' })
      // One accordion: what was open before is closed.
      expect(await page.getByText('openstack image save').isVisible()).toBe(false)
      await page.getByRole('link', { name: 'A publisher' }).first().click()
      await page.getByRole('heading', { name: '3 images' }).waitFor()
      expect(requests.filter((url) => !url.startsWith(`${service.url}/gallery`))).toEqual([])
      await page.context().close()
    })

    // Each width and each scheme once: all four would find the same.
    const looks = [
      [1280, 'light'],
      [390, 'dark'],
    ] as const
    test.each(looks)(
      'at %i pixels, %s, keeps within the page, and axe finds nothing',
      async (width, colorScheme) => {
        const page = await open({ viewport: { width, height: 900 }, colorScheme })
        for (const path of [
          ...['', '?q=deb&verified=true', '?q=nothing'],
          ...ids.map((id) => `/images/${id}`),
          '/publishers/a-publisher-of-a-rather-long-name',
        ]) {
          await page.goto(`${service.url}/gallery${path}`)
          const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
          expect([path, beyond]).toEqual([path, 0])
          const { violations } = await new AxeBuilder({ page }).analyze()
          const found = violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
          expect([path, found]).toEqual([path, []])
        }
        await page.context().close()
      },
    )
  },
)
