import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { createTenantPurgeRepository, type PurgeableTenant } from '../../db/main/tenant-purge-repository.js'
import { tryLock } from '../../db/server/advisory-locks.js'
import { withSession } from '../../db/session.js'
import {
  createTenantPurge,
  type PurgeAccount,
  type TenantPurge
} from '../../src/services/tenants/tenant-purge.js'
import { withInstallation } from '../operator/installation.js'
import { printable } from '../operator/printable.js'
import { osUser } from '../operator/record-command.js'
import { UsageError } from '../operator/run.js'
import { formatTimeLeft } from '../operator/time-left.js'
import type { TenantCommand } from './command.js'
import { movingOf } from './moving.js'

/** Seconds that an upload's last request to the storage may take to arrive after UPLOAD_TIMEOUT is over. */
const GRACE = 120
const UNITS: Record<string, number> = { d: 86_400, h: 3600, m: 60, s: 1 }

/** Removes the remains of tenants that were deleted long ago. */
export const purge: TenantCommand = {
  help: `  purge              permanently removes tenants that were deleted (not merely deactivated) long ago: databases or
                     schemas, roles, objects, unfinished uploads and rows. Their audit entries stay. The next purge
                     finishes an interrupted one. Exits with 1 if a tenant could not be removed.
    --older-than AGE how long ago, such as 30d, 12h, 90m or 0s; at least UPLOAD_TIMEOUT plus ${GRACE / 60} minutes,
                     since uploads that ran when a tenant was deleted must be over
    --yes            do not ask; required without a terminal
    --dry-run        only report what would be removed`,

  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        'older-than': { type: 'string' },
        yes: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false }
      }
    })
    const asked = parseAge(values['older-than'])
    const dryRun = values['dry-run']
    if (!values.yes && !dryRun && !process.stdin.isTTY)
      throw new UsageError(
        'There is no terminal to ask on: confirm with --yes, or use --dry-run to see what would be removed.'
      )
    return withInstallation(async (installation) => {
      const { config, main, router, places } = installation
      const age = Math.max(asked, config.upload.timeout + GRACE)
      return withSession(config.database.directUrl, async (session) => {
        if (!(await tryLock(session, 'strongroom purge')))
          throw new UsageError('Another purge is running; wait until it has finished.')
        await installation.record('tenants purge', args)
        const purges = createTenantPurgeRepository(main, osUser())
        const service = createTenantPurge({
          ...{ purges, router, places, moving: movingOf(installation) },
          storage: await installation.storage()
        })
        const due = await service.listDue(age)
        if (due.length === 0) {
          console.log('There is nothing to purge.')
          return 0
        }
        if (dryRun) return show(service, due)
        if (!values.yes && !(await confirm(due))) {
          console.log('Nothing was removed.')
          return 1
        }
        return purgeAll(service, due, age)
      })
    })
  }
}

async function show(service: TenantPurge, due: PurgeableTenant[]): Promise<number> {
  const total = nothing()
  for (const tenant of due) {
    const account = await service.estimate(tenant)
    add(total, account)
    console.log(`${nameOf(tenant)}, deleted ${tenant.deleted_at}: ${textOf(account)}`)
  }
  console.log(`${due.length} tenants would be removed: ${textOf(total)}.`)
  return 0
}

async function confirm(due: PurgeableTenant[]): Promise<boolean> {
  for (const tenant of due) console.log(`${nameOf(tenant)}, deleted ${tenant.deleted_at}`)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const answer = await terminal.question(`Remove these ${due.length} tenants for good? Type "yes": `)
    return answer.trim().toLowerCase() === 'yes'
  } finally {
    terminal.close()
  }
}

async function purgeAll(service: TenantPurge, due: PurgeableTenant[], age: number): Promise<number> {
  const total = nothing()
  const lines: string[] = []
  let [purged, left] = [0, 0]
  const bar = new SingleBar({
    format: '{bar} {value}/{total} tenants, {eta_formatted} left, {objects} objects',
    formatTime: formatTimeLeft,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
    clearOnComplete: true
  })
  bar.start(due.length, 0, { objects: 0 })
  for (const tenant of due) {
    try {
      const outcome = await service.purge(tenant, age, ({ objects }) =>
        bar.update({ objects: total.objects + objects })
      )
      if (outcome.purged !== null) {
        purged += 1
        add(total, outcome.purged)
        lines.push(`${nameOf(tenant)}: ${textOf(outcome.purged)}`)
      } else if (outcome.why === 'reactivated') {
        lines.push(`${nameOf(tenant)} was reactivated, so it stays.`)
      } else if (outcome.why === 'held') {
        left += 1
        lines.push(
          `${nameOf(tenant)} is not purged yet: an export or import uses it, or was interrupted. In that case, purge it after ${outcome.until}.`
        )
      } else if (outcome.why === 'moving') {
        left += 1
        lines.push(`${nameOf(tenant)} is not purged yet: it is being moved. Run this again later.`)
      } else {
        left += 1
        lines.push(
          `${nameOf(tenant)} is not purged yet: ${outcome.events} of its events are not published. Start the worker, then run this again.`
        )
      }
    } catch (error) {
      left += 1
      lines.push(
        `${nameOf(tenant)} failed: ${printable(error instanceof Error ? error.message : String(error))}`
      )
    }
    bar.increment({ objects: total.objects })
  }
  bar.stop()
  for (const line of lines) console.log(line)
  console.log(`${purged} tenants were removed: ${textOf(total)}.`)
  if (left > 0) console.log(`${left} are left; fix what is reported above, then run it again.`)
  return left > 0 ? 1 : 0
}

function parseAge(text: string | undefined): number {
  const [, number, unit = ''] = /^(\d{1,6})([dhms])$/.exec(text ?? '') ?? []
  const seconds = Number(number) * (UNITS[unit] ?? NaN)
  if (Number.isNaN(seconds))
    throw new UsageError(
      `--older-than must be a number of days, hours, minutes or seconds, such as 30d, not "${text ?? ''}".`
    )
  return seconds
}

const nothing = (): PurgeAccount => ({
  places: 0,
  roles: 0,
  documents: 0,
  objects: 0,
  bytes: 0,
  uploads: 0
})

function add(total: PurgeAccount, account: PurgeAccount): void {
  for (const what of Object.keys(total) as (keyof PurgeAccount)[]) total[what] += account[what]
}

const nameOf = ({ id, name }: PurgeableTenant) => `${printable(name)} (${id})`

const textOf = ({ places, roles, documents, objects, bytes, uploads }: PurgeAccount) =>
  `databases or schemas: ${places}, roles: ${roles}, documents: ${documents}, objects: ${objects} with ${bytes} bytes, ` +
  `unfinished uploads: ${uploads}`
