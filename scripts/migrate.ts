/** `npm run migrate`: migrates everything. */
import { parseArgs } from 'node:util'
import { buildIndexes, mainIndexes } from '../db/indexes/build-indexes.js'
import { prepareMainDatabase } from '../db/prepare-main-database.js'
import { NEEDED } from '../core/config/config.js'
import { operatorSettings } from './operator/settings.js'
import { runCommand } from './operator/run.js'
import { migrate } from './tenants/migrate.js'
import { textOf } from './tenants/unfinished-text.js'

const HELP = `Usage: npm run migrate

Creates the main database if it is missing, migrates it and builds its indexes, and then does the same for every tenant,
as npm run tenants -- migrate does (which has more options). Safe to run at any time and several times at once.
Settings come from the environment and .env, or from the npm start that runs with the same DATA_DIR.`

await runCommand(async () => {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } })
  if (values.help === true) {
    console.log(HELP)
    return
  }
  const config = operatorSettings(NEEDED.databases)
  await prepareMainDatabase(config, (line) => console.log(line))
  const { built } = await buildIndexes(mainIndexes(config.database.directUrl), {
    wait: true,
    onProgress: (unfinished) => console.log(`Main database: ${textOf(unfinished)}`)
  })
  for (const name of built) console.log(`Built ${name} of the main database`)
  process.exitCode = await migrate.run([])
})
