import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { NEEDED } from '../../core/config/config.js'
import { withInstallation } from '../operator/installation.js'
import { UsageError } from '../operator/run.js'
import type { TenantCommand } from './command.js'
import { migrateFleet, type FleetResult } from './migrate-fleet.js'
import { printable } from '../operator/printable.js'

const CONCURRENCY = 4
const MAX_CONCURRENCY = 100
/** Errors that are shown; all of them are in the list of `status`. */
const MAX_SHOWN = 20
/** Milliseconds between two lines of progress where there is no terminal. */
const ELSEWHERE_MS = 10_000

/** Brings tenants to the newest migration, with a bar. */
export const migrate: TenantCommand = {
  help: `  migrate            brings every tenant that is behind this version, or whose last attempt failed, to its
                     newest migration. One that fails stops no other; the exit code is then 1, and the next run
                     tries it again. Ctrl-C finishes what was begun; the next run goes on from there.
    --concurrency N  so many tenants at the same time, each on a connection of its own (${CONCURRENCY})
    --tenant ID      only this tenant, whatever is known of it
    --dry-run        only tells what there is to do`,

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
    const stop = stopOnInterrupt()
    const bar = new SingleBar({
      format: '{bar} {value}/{total} tenants, {rate}/s, {eta_formatted} left, {failed} failed',
      noTTYOutput: true,
      notTTYSchedule: ELSEWHERE_MS,
      clearOnComplete: true
    })
    const start = performance.now()
    const lines: string[] = []
    let seen = 0
    let failed = 0
    return withInstallation(async (installation) => {
      await installation.record('tenants migrate', args)
      const result = await migrateFleet(installation, {
        concurrency,
        tenantId: values.tenant,
        dryRun,
        signal: stop,
        onTotal: (tenants) => bar.start(tenants, 0, { rate: '-', failed }),
        onTenant(tenant, outcome) {
          seen += 1
          const name = `${printable(tenant.name)} (${tenant.id})`
          if ('error' in outcome) {
            failed += 1
            if (failed <= MAX_SHOWN) lines.push(`${name}: ${printable(outcome.error.message)}`)
          } else if (dryRun && outcome.migrations > 0) {
            lines.push(`${name}: ${outcome.migrations} to apply`)
          }
          bar.update(seen, { rate: (seen / ((performance.now() - start) / 1000)).toFixed(0), failed })
        }
      })
      bar.stop()
      for (const line of lines) console.log(line)
      console.log(summary(result, dryRun, (performance.now() - start) / 1000))
      if (stop.aborted) console.log('Stopped before all were done; run it again to go on.')
      return result.failed > 0 || stop.aborted ? 1 : 0
    }, NEEDED.databases).finally(() => bar.stop())
  }
}

function summary({ done, changed, failed }: FleetResult, dryRun: boolean, seconds: number): string {
  const rate = ((done + failed) / seconds).toFixed(0)
  const what = dryRun ? 'would be migrated' : 'were migrated'
  const text = `${changed} tenants ${what}, ${done - changed} needed nothing, ${failed} failed (${rate}/s).`
  return failed === 0 ? text : `${text} The next run tries those again; status tells what is wrong with each.`
}

function parseConcurrency(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= 1 && number <= MAX_CONCURRENCY) return number
  throw new UsageError(`--concurrency must be a number from 1 to ${MAX_CONCURRENCY}, not "${text}".`)
}

/** Aborts at the first Ctrl-C; the second ends the process, which a migration survives. */
function stopOnInterrupt(): AbortSignal {
  const stop = new AbortController()
  process.once('SIGINT', () => {
    stop.abort()
    console.error('\nStopping when what was begun is done; press Ctrl-C again to end at once.')
  })
  return stop.signal
}
