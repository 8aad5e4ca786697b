/** `npm run migrate`: migrates everything. */
import { parseArgs } from 'node:util'
import { prepareMainDatabase } from '../db/prepare-main-database.js'
import { NEEDED } from '../core/config/config.js'
import { operatorSettings } from './operator/settings.js'
import { runCommand } from './operator/run.js'
import { migrate } from './tenants/migrate.js'

const HELP = `Usage: npm run migrate

Creates the main database if it is missing, migrates it, and then migrates every tenant, as npm run tenants -- migrate
does (which has more options). Safe to run at any time and several times at once.
Settings come from the environment and .env, or from the npm start that runs with the same DATA_DIR.`

await runCommand(async () => {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } })
  if (values.help === true) {
    console.log(HELP)
    return
  }
  await prepareMainDatabase(operatorSettings(NEEDED.databases), (line) => console.log(line))
  process.exitCode = await migrate.run([])
})
