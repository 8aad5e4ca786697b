import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { NEEDED } from '../../core/config/config.js'
import { withInstallation } from '../operator/installation.js'
import { UsageError } from '../operator/run.js'
import type { TenantCommand } from './command.js'
import { migrateFleet, type FleetResult } from './migrate-fleet.js'
import { printable } from '../operator/printable.js'
import { formatTimeLeft } from '../operator/time-left.js'
import { stopOnInterrupt } from './stop-on-interrupt.js'
import { textOf } from './unfinished-text.js'

const CONCURRENCY = 4
const MAX_CONCURRENCY = 100
/** Maximum errors shown; `status` lists all of them. */
const MAX_SHOWN = 20
/** Milliseconds between lines of progress without a terminal. */
const ELSEWHERE_MS = 10_000

/** Migrates tenants, with a progress bar. */
export const migrate: TenantCommand = {
  help: `  migrate            migrates every tenant that is behind this version, or whose last attempt failed, and builds its
                     missing indexes while it is in use. A failure does not stop the others; the exit code is then
                     1, and the next run tries again. Ctrl-C finishes the tenants already begun; the next run
                     continues from there.
    --concurrency N  migrate N tenants at the same time, each on its own connection (default: ${CONCURRENCY})
    --tenant ID      only this tenant, whatever its recorded state
    --dry-run        only report what would be done`,

  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        concurrency: { type: 'string', default: String(CONCURRENCY) },
        tenant: { type: 'string' },
        'dry-run': { type: 'boolean', default: false }
      }
    })
    const concurrency = parseConcurrency(values.concurrency)
    const dryRun = values['dry-run']
    const stop = stopOnInterrupt('Finishing the tenants already begun; press Ctrl-C again to stop at once.')
    const bar = new SingleBar({
      format: '{bar} {value}/{total} tenants, {rate}/s, {eta_formatted} left, {failed} failed{building}',
      formatTime: formatTimeLeft,
      noTTYOutput: true,
      notTTYSchedule: ELSEWHERE_MS,
      clearOnComplete: true
    })
    const start = performance.now()
    const lines: string[] = []
    let seen = 0
    let failed = 0
    let building = ''
    return withInstallation(async (installation) => {
      await installation.record('tenants migrate', args)
      const result = await migrateFleet(installation, {
        concurrency,
        tenantId: values.tenant,
        dryRun,
        signal: stop,
        onTotal: (tenants) => bar.start(tenants, 0, { rate: '-', failed, building }),
        onProgress(tenant, unfinished) {
          building = `; ${printable(tenant.name)}: ${textOf(unfinished)}`
          bar.update({ building })
        },
        onTenant(tenant, outcome) {
          seen += 1
          building = ''
          const name = `${printable(tenant.name)} (${tenant.id})`
          if ('error' in outcome) {
            failed += 1
            if (failed <= MAX_SHOWN) lines.push(`${name}: ${printable(outcome.error.message)}`)
          } else if (dryRun && outcome.migrations + outcome.indexes.length > 0) {
            const indexes = outcome.indexes.length > 0 ? `, to build: ${outcome.indexes.join(', ')}` : ''
            lines.push(`${name}: ${outcome.migrations} to apply${indexes}`)
          } else if (outcome.indexes.length > 0) {
            lines.push(`${name}: built ${outcome.indexes.join(', ')}`)
          }
          bar.update(seen, {
            rate: (seen / ((performance.now() - start) / 1000)).toFixed(0),
            failed,
            building
          })
        }
      })
      bar.stop()
      for (const line of lines) console.log(line)
      console.log(summary(result, dryRun, (performance.now() - start) / 1000))
      if (stop.aborted) console.log('Stopped before all were done; run it again to continue.')
      return result.failed > 0 || stop.aborted ? 1 : 0
    }, NEEDED.databases).finally(() => bar.stop())
  }
}

function summary({ done, changed, failed }: FleetResult, dryRun: boolean, seconds: number): string {
  const rate = ((done + failed) / seconds).toFixed(0)
  const what = dryRun ? 'would be migrated' : 'were migrated'
  const text = `${changed} tenants ${what}, ${done - changed} were up to date, ${failed} failed (${rate}/s).`
  return failed === 0 ? text : `${text} The next run tries those again; status shows why each failed.`
}

function parseConcurrency(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= 1 && number <= MAX_CONCURRENCY) return number
  throw new UsageError(`--concurrency must be a whole number from 1 to ${MAX_CONCURRENCY}, not "${text}".`)
}
