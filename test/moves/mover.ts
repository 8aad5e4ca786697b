// Moves a tenant, and dies by SIGKILL: `mover TENANT SERVER STEP MS`, so many milliseconds after the step has begun.
import { openInstallation } from '../../scripts/operator/installation.js'
import { movingOf } from '../../scripts/tenants/moving.js'
import { loadConfig } from '../../core/config/config.js'

const [tenantId = '', server = '', deathStep = '', afterMs = '0'] = process.argv.slice(2)
const die = () => process.kill(process.pid, 'SIGKILL')
const installation = openInstallation(loadConfig(process.env))
const outcome = await movingOf(installation).move(tenantId, server, {
  onStep(step) {
    if (step !== deathStep) return
    // At once, before anything of the step is done, or somewhere in it or after it.
    if (afterMs === '0') die()
    else setTimeout(die, Number(afterMs))
  }
})
console.log(JSON.stringify(outcome))
await installation.close()
