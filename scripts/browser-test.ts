/** `npm run test:browser`: the tests that need a browser, where there is one. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { program } from './program.js'

const HELP = `Usage: npm run test:browser [-- options of npm test]

Opens /docs in headless Chromium: the one that TEST_BROWSER names, or one of those that systems install.
Exits with 77 where there is none.`

/** As automake's tests say "skipped". */
const SKIPPED = 77
const CANDIDATES = [
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
]

async function main(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(HELP)
    return 0
  }
  const browser = process.env['TEST_BROWSER'] || CANDIDATES.find((path) => existsSync(path))
  if (browser === undefined) {
    console.error(
      '\n!!! /docs IS NOT TESTED IN A BROWSER: install chromium, or name a browser in TEST_BROWSER.\n'
    )
    return SKIPPED
  }
  const child = spawn(process.execPath, [...program('scripts/test'), 'test/browser', ...args], {
    stdio: 'inherit',
    env: { ...process.env, TEST_BROWSER: browser }
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  await once(child, 'exit')
  return child.exitCode ?? 1
}

process.exit(await main(process.argv.slice(2)))
