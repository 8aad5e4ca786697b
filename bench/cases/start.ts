import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from '../../scripts/program.js'
import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { median } from '../harness/contest.js'

const READY = 'Ctrl-C stops everything'

/** Runs `npm start` until it is ready, and stops it. @returns the seconds until it was ready */
async function startOnce(dataDir: string): Promise<number> {
  const start = performance.now()
  const child = spawn(process.execPath, program('scripts/start'), {
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const ended = once(child, 'exit')
  let output = ''
  for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    output += text
    if (output.includes(READY)) break
  }
  const seconds = (performance.now() - start) / 1000
  if (!output.includes(READY)) throw new Error(`npm start did not become ready:\n${output}`)
  child.kill('SIGINT')
  await ended
  return seconds
}

async function run({ rounds, progress }: CaseContext): Promise<Findings> {
  const dataDir = mkdtempSync(join(tmpdir(), 'strongroom-bench-'))
  // If root runs this, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(dataDir, 0o711)
  try {
    progress('the first start, which creates the data')
    const first = await startOnce(dataDir)
    const times: number[] = []
    for (let round = 1; round <= rounds; round++) {
      progress(`start ${round} of ${rounds}`)
      times.push(await startOnce(dataDir))
    }
    return {
      figures: [
        { what: 'npm start in an empty folder, ready after', value: first, unit: 's' },
        { what: 'npm start with data, ready after', value: median(times), unit: 's', aim: { atMost: 3 } }
      ]
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

export const start: BenchCase = {
  name: 'start',
  about: 'npm start until it is ready, with existing data',
  run
}
