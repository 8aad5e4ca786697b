import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { NEEDED } from '../../core/config/config.js'
import type { MoveOutcome } from '../../src/services/tenants/tenant-move.js'
import { createTenantAdministration, type ListedTenant } from '../../db/main/tenant-administration.js'
import { withInstallation } from '../operator/installation.js'
import { printable } from '../operator/printable.js'
import { UsageError } from '../operator/run.js'
import { findTenant } from './administration.js'
import type { TenantCommand } from './command.js'
import { movingOf } from './moving.js'
import { stopOnInterrupt } from './stop-on-interrupt.js'

/** Milliseconds between lines of progress without a terminal. */
const ELSEWHERE_MS = 10_000

/** Moves one tenant to another server, with a progress bar. */
export const move: TenantCommand = {
  help: `  move ID            moves a tenant to another server while it is in use; at the end, its writers wait for some
                     milliseconds. Its objects stay where they are. The old place is kept for TENANT_MOVE_GRACE. Ctrl-C
                     leaves the tenant where it is; if this command is killed, the worker cleans up.
    --to SERVER      the name of the server; npm run servers -- list shows all
    --dry-run        only report whether it could be moved, and what would be copied`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { to: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } }
    })
    const [id = '', ...rest] = positionals
    const { to } = values
    if (id === '' || rest.length > 0) throw new UsageError('move takes the id of one tenant.')
    if (to === undefined) throw new UsageError('move needs --to SERVER.')
    const stop = stopOnInterrupt('Undoing the move; press Ctrl-C again to leave that to the worker.')
    return withInstallation(async (installation) => {
      const moving = movingOf(installation)
      const tenant = await findTenant(createTenantAdministration(installation.main), id)
      await installation.record('tenants move', args)
      if (values['dry-run']) {
        const plan = await moving.plan(tenant.id, to)
        if (plan.outcome !== 'possible') throw new UsageError(reasonOf(plan, tenant, to))
        console.log(
          `${nameOf(tenant)} would be moved from ${plan.from} to ${to}: about ${Math.round(plan.rows)} rows.`
        )
        return 0
      }
      const bar = new SingleBar({
        format: '{bar} {step}, {value} of about {total} rows',
        noTTYOutput: true,
        notTTYSchedule: ELSEWHERE_MS,
        clearOnComplete: true
      })
      let started = false
      try {
        const outcome = await moving.move(tenant.id, to, {
          signal: stop,
          onProgress({ step, rows, total }) {
            if (!started) bar.start(0, 0, { step })
            started = true
            bar.setTotal(Math.max(rows, Math.round(total)))
            bar.update(rows, { step })
          }
        })
        bar.stop()
        if (outcome.outcome !== 'moved') throw new UsageError(reasonOf(outcome, tenant, to))
        const { rows, changes, pauseMs } = outcome.rows
        console.log(
          `${nameOf(tenant)} is on ${to} now: ${rows} rows and ${changes} changes were copied; ` +
            `writers waited for ${pauseMs.toFixed(0)} ms.`
        )
        return 0
      } finally {
        bar.stop()
      }
    }, NEEDED.databases)
  }
}

const nameOf = ({ id, name }: ListedTenant) => `${printable(name)} (${id})`

function reasonOf({ outcome }: MoveOutcome, tenant: ListedTenant, to: string): string {
  const server = printable(to)
  const why: Record<MoveOutcome['outcome'], string> = {
    missing: 'no longer exists',
    'no server': `cannot be moved: there is no server "${server}"; npm run servers -- list shows all`,
    'not active': 'is not ready, or is being purged',
    there: `is already on ${server}`,
    draining: `cannot be moved: ${server} is draining`,
    full: `cannot be moved: ${server} has its maximum number of tenants`,
    moving: 'is being moved by another process; if that was killed, try again in a minute',
    moved: 'was moved'
  }
  return `${nameOf(tenant)} ${why[outcome]}.`
}
