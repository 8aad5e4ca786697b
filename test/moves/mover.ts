// Moves a tenant, and dies by SIGKILL `MS` milliseconds after a step has begun: `mover TENANT SERVER STEP MS`.
import { openInstallation } from '../../scripts/operator/installation.js'
import { movingOf } from '../../scripts/tenants/moving.js'
import { loadConfig } from '../../core/config/config.js'

const [tenantId = '', server = '', deathStep = '', afterMs = '0'] = process.argv.slice(2)
const die = () => process.kill(process.pid, 'SIGKILL')
const installation = openInstallation(loadConfig(process.env))
const outcome = await movingOf(installation).move(tenantId, server, {
  onStep(step) {
    if (step !== deathStep) return
    // 0 dies before any work of the step; otherwise it dies somewhere in the step, or after it.
    if (afterMs === '0') die()
    else setTimeout(die, Number(afterMs))
  }
})
console.log(JSON.stringify(outcome))
await installation.close()
