/** `npm run bench`: measures Strongroom against a bare baseline in the same run. */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { CASES } from './cases/index.js'
import type { BenchCase } from './harness/case.js'
import { createReport } from './harness/report.js'
import { startInstallation } from './installation.js'

const HELP = `Usage: npm run bench [-- [options] [names]]

Measures the named cases, or all except those marked with *, and writes bench/results/.
bench/README.md explains the results.

${CASES.map(({ name, about, onlyByName }) => `  ${(name + (onlyByName ? ' *' : '')).padEnd(16)} ${about}`).join('\n')}

Options:
  --rounds N    measurements of each contender, in turns (default: 4)
  --seconds N   length of each measurement (default: 2)
  --documents N size of the large tenant of \`lists\` (default: 1000000)
  --help        this text`

function readOptions(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '4' },
      seconds: { type: 'string', default: '2' },
      documents: { type: 'string', default: '1000000' },
      help: { type: 'boolean', short: 'h', default: false }
    }
  })
  const numbers = {
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    documents: Number(values.documents)
  }
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1`)
  }
  const unknown = positionals.filter((name) => !CASES.some((one) => one.name === name))
  if (unknown.length > 0) throw new Error(`There is no case ${unknown.join(', ')}; --help lists them`)
  const chosen = CASES.filter(({ name, onlyByName }) =>
    positionals.length > 0 ? positionals.includes(name) : onlyByName !== true
  )
  return { ...numbers, help: values.help, chosen }
}

/** On a terminal, shows a line that the next one overwrites; elsewhere, shows nothing. */
function show(name: string, line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${name}: ${line}`)
}

async function main(): Promise<void> {
  const { rounds, seconds, documents, help, chosen } = readOptions(process.argv.slice(2))
  if (help) {
    console.log(HELP)
    return
  }
  console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.version}`)
  const installation = await startInstallation()
  const report = createReport()
  try {
    for (const one of chosen) await runCase(one)
  } finally {
    await installation.close()
  }
  await report.write()
  console.log('Written to bench/results/')

  async function runCase(one: BenchCase): Promise<void> {
    const { name } = one
    const start = performance.now()
    const progress = (line: string) => show(name, line)
    const findings = await one.run({ rounds, seconds, documents, installation, progress })
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    for (const line of report.add(name, findings)) console.log(line)
    show(name, `took ${Math.round((performance.now() - start) / 1000)} s`)
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
process.exit()
