/** `npm run test:generators`: generates clients from openapi.yaml, and runs a tour with each. */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { figures } from './generators/figures.js'
import type { Command, Generator, Steps } from './generators/generator.js'
import { oapiCodegen } from './generators/go.js'
import { openapiGeneratorJava, openapiGeneratorPython } from './generators/openapi-generator.js'
import { openapiPythonClient } from './generators/python.js'
import { heyApi, openapiTypescript } from './generators/typescript.js'
import { MissingToolError } from './real/tools.js'
import { stopRequests } from './start/stop-requests.js'
import { startOwnServer, type Starting } from './tour/own-server.js'
import { makeTemporaryFolder } from './tour/temporary-folder.js'

const GENERATORS = [
  openapiTypescript,
  heyApi,
  openapiPythonClient,
  openapiGeneratorPython,
  oapiCodegen,
  openapiGeneratorJava
]

const HELP = `Usage: npm run test:generators [-- generators]

For each generator, or each one named: generates a client from openapi.yaml, compiles it strictly, and runs the tour in
test/generators/<generator> with it, against a server that this command starts on throw-away data. Prints how much was
generated. The first run downloads all generators but one to ~/.cache/strongroom. A generator that this machine cannot
run is skipped; exits with 77 if all are.
  ${GENERATORS.map(({ name }) => name).join('\n  ')}`

/** The exit code by which automake's tests say "skipped". */
const SKIPPED = 77
const OUTPUT_BYTES = 64 * 1024 * 1024
const say = (line: string) => console.log(line)

/** @throws with the output of the command */
async function run({ command, args, environment }: Command, cwd: string, signal: AbortSignal): Promise<void> {
  const options = { cwd, signal, env: { ...process.env, ...environment }, maxBuffer: OUTPUT_BYTES }
  await promisify(execFile)(command, args, options).catch((error: unknown) => {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error })
  })
}

/** Prepares a generator. @returns undefined if this machine lacks a tool for it, after a conspicuous message */
async function unlessMissing({ name, prepare }: Generator): Promise<Steps | undefined> {
  try {
    return await prepare(say)
  } catch (error) {
    if (!(error instanceof MissingToolError)) throw error
    console.error(`\n!!! openapi.yaml IS NOT TESTED WITH ${name}: ${error.message}.\n`)
    say(`- skipped: ${name}`)
    return undefined
  }
}

/** @param folder is created for the client and its tour @returns whether everything succeeded */
async function play(
  name: string,
  steps: Steps,
  folder: string,
  url: string,
  stop: AbortSignal
): Promise<boolean> {
  const { generate, compile, tour, generated } = steps
  mkdirSync(folder)
  cpSync(join('test/generators', name), folder, { recursive: true })
  cpSync('openapi.yaml', join(folder, 'openapi.yaml'))
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'))
  try {
    for (const command of generate) await run(command, folder, stop)
    const { lines, types } = figures(folder, generated)
    for (const command of [...compile, tour(url)]) await run(command, folder, stop)
    say(`ok      ${name}  ${lines} lines, ${types} types`)
    return true
  } catch (error) {
    if (stop.aborted) throw error
    say(`FAILED  ${name}\n${(error as Error).message}`)
    return false
  }
}

async function main(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    say(HELP)
    return 0
  }
  const unknown = args.filter((arg) => !GENERATORS.some(({ name }) => name === arg))
  if (unknown.length > 0) {
    console.error(`There is no generator ${unknown.join(', ')}.\n\n${HELP}`)
    return 2
  }
  const wanted = GENERATORS.filter(({ name }) => args.length === 0 || args.includes(name))
  const prepared: { name: string; steps: Steps }[] = []
  for (const generator of wanted) {
    const steps = await unlessMissing(generator)
    if (steps !== undefined) prepared.push({ name: generator.name, steps })
  }
  const skipped = wanted.length - prepared.length
  if (prepared.length === 0) return SKIPPED

  const stop = stopRequests()
  const folder = makeTemporaryFolder()
  let server: Starting | undefined
  let passed = 0
  try {
    server = await startOwnServer(folder.data, 0, stop.requested)
    const { url } = await server.ready
    for (const { name, steps } of prepared)
      if (await play(name, steps, join(folder.files, name), url, stop.requested)) passed++
  } finally {
    await server?.stop(stop.forced)
    folder.remove()
  }
  const failed = prepared.length - passed
  say(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed > 0 ? 1 : 0
}

process.exit(await main(process.argv.slice(2)))
