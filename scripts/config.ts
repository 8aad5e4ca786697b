/** `npm run config`: the effective settings, and their problems. */
import { parseArgs } from 'node:util'
import { ConfigError, readEnvironment, settingSources, type Config } from '../core/config/config.js'
import { effectiveSettings, retiredNames, unknownNames } from './config/effective.js'
import { runCommand, UsageError } from './operator/run.js'
import { planStart } from './start/fill-environment.js'

const HELP = `Usage: npm run config -- check

Prints every setting with its value and its source, without secrets, and every problem; exits with 1 if there is one.
Precedence: the environment, then the file .env, then .env.development or .env.production, depending on NODE_ENV.`

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } }
  })
  if (values.help === true) {
    console.log(HELP)
    return
  }
  if (positionals.length !== 1 || positionals[0] !== 'check')
    throw new UsageError('Name a command: npm run config -- check (--help shows more)')
  check()
})

/** @throws {ConfigError} if there is a problem, after printing everything */
function check(): void {
  const sources = settingSources()
  const { config, embedded, error } = plan()
  for (const { name, value, source } of effectiveSettings(sources, config)) {
    const line =
      value === undefined
        ? `${name} ${embedded.includes(name) ? '(embedded)' : '(not set)'}`
        : `${name}=${value}`
    console.log(value === undefined || source === 'default' ? line : `${line}  # ${source}`)
  }
  for (const { name, source, instead } of retiredNames(sources))
    console.error(`${name} in ${source} no longer has any effect; remove it. Now in effect: ${instead}.`)
  for (const { name, source } of unknownNames(sources))
    console.error(`${name} in ${source} is not a setting of Strongroom; check its spelling in .env.example.`)
  if (error !== undefined) throw error
  console.error('The settings are complete.')
}

/** What `npm start` would do with the settings, or why it would refuse them. */
function plan(): { config?: Config; embedded: string[]; error?: ConfigError } {
  try {
    const { config, embedded } = planStart(readEnvironment())
    return {
      config,
      embedded: [
        ...(embedded.postgres ? ['DATABASE_URL'] : []),
        ...(embedded.broker ? ['KAFKA_BROKERS'] : []),
        ...(config.production ? [] : ['JWT_SECRET', 'SECRETS_KEY', 'TENANT_ROLE_SECRET'])
      ]
    }
  } catch (error) {
    if (error instanceof ConfigError) return { embedded: [], error }
    throw error
  }
}
