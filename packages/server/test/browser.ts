/** A real browser, where the machine has one. */
import { execFileSync } from 'node:child_process'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome']

/** Undefined where there is none: tests are skipped by name then. */
export const browserPath = names.map(pathOf).find((path) => path !== undefined)

export function openBrowser(): Promise<Browser> {
  if (browserPath === undefined) throw new Error('There is no browser on this machine')
  return chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
}

function pathOf(command: string): string | undefined {
  try {
    return execFileSync('which', [command], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return undefined
  }
}
