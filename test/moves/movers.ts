// Moves tenants, each up to its own step, and waits there to be killed: `movers SERVER TENANT=STEP …`
import { openInstallation } from '../../scripts/operator/installation.js'
import { movingOf } from '../../scripts/tenants/moving.js'
import { loadConfig } from '../../core/config/config.js'

const [server = '', ...pairs] = process.argv.slice(2)
const installation = openInstallation(loadConfig(process.env))
const moving = movingOf(installation)
for (const pair of pairs) {
  const [tenantId = '', last = ''] = pair.split('=')
  moving
    .move(tenantId, server, {
      async onStep(step) {
        if (step !== last) return
        process.stdout.write(`${step}\n`)
        await new Promise(() => undefined)
      }
    })
    .catch((error: unknown) => {
      console.error(error)
      process.exit(1)
    })
}
