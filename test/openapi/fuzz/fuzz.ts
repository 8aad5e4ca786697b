import fc from 'fast-check'
import type { Test } from 'tap'
import { startApi } from '../../helpers/api.js'
import { createInstallation } from '../../helpers/installation.js'
import { errorCodesOf, operationsOf, type Description, type NamedOperation } from '../description.js'
import { createSchemaChecks } from '../schema-checks.js'
import { buildRequest, send, toCurl } from './request.js'
import { createPlans, type Plan } from './steps.js'
import { createValues } from './values.js'
import { verdict } from './verdict.js'
import { World } from './world.js'

const STEPS = 40

/** A plan that prints as its sender, its operation, and what is wrong with it. */
class Step {
  constructor(readonly plan: Plan) {}

  [fc.toStringMethod](): string {
    const { target, sender, wrong } = this.plan
    return `${sender}: ${target.operation.operationId}${wrong === undefined ? '' : ` (wrong: ${wrong})`}`
  }
}

export interface FuzzOptions {
  /** The number of stories, each of up to 40 requests. */
  stories: number
  seed: number
  /** Whether there are enough stories that every operation must succeed at least once. */
  thorough?: boolean
  /** The path of an earlier failure, to reproduce it. */
  path?: string | undefined
}

/** Milliseconds for shrinking a failing story. */
const SHRINK_MS = 30_000

/**
 * Sends stories (sequences of requests) generated from the description, and checks every answer. A failing story is
 * shrunk to a short one that still fails, and reported with its seed and a curl command for the request.
 */
export async function fuzz(t: Test, { stories, seed, thorough = false, path }: FuzzOptions): Promise<void> {
  const { config } = await createInstallation(t)
  const { app, url } = await startApi(t, config)
  const description = (await app.inject('/openapi.json')).json<Description>()
  const checks = createSchemaChecks(description)
  const plansFor = createPlans(createValues(checks), (schema) => checks.resolve(schema))
  const operations = operationsOf(description)
  const counts = new Map<string, number>()
  let failedAt: number | undefined

  async function play(steps: Step[]): Promise<void> {
    // A failure is known, and the time for finding a shorter story is over.
    if (failedAt !== undefined && performance.now() - failedAt > SHRINK_MS) return
    let world = await World.create(url)
    for (const { plan } of steps) {
      const request = buildRequest(plan, world)
      const answer = await send(url, request)
      const outcome = `${plan.target.operation.operationId} ${answer.status}`
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
      const objection = verdict(plan, answer, checks, errorCodesOf(description, plan.target.operation))
      if (objection !== undefined) {
        failedAt ??= performance.now()
        throw new Error(
          `${plan.target.name}: ${objection}\n${toCurl(url, request)}\n${answer.text.slice(0, 500)}`
        )
      }
      world.learn(answer.json)
      // The story may have ended the session or changed the password; continue with a new account.
      if (answer.status === 401 && plan.sender === 'admin') world = await World.create(url)
    }
  }

  const step = fc.oneof(...operations.map(plansFor)).map((plan) => new Step(plan))
  const story = fc.array(step, { minLength: 1, maxLength: STEPS, size: 'max' })
  const settings = { seed, numRuns: stories, ...(path !== undefined && { path }) }
  const { failed, counterexample, counterexamplePath, errorInstance } = await fc.check(
    fc.asyncProperty(story, play),
    settings
  )
  const again = `FUZZ_SEED=${seed} FUZZ_PATH=${String(counterexamplePath)}`
  if (failed)
    throw new Error(`${String(errorInstance)}\nAgain: ${again}\nThe story: ${fc.stringify(counterexample)}`)
  t.pass('every answer matches the description')
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  t.comment(`${total} requests, ${counts.size} different outcomes`)
  if (thorough) t.same(withoutSuccess(operations, counts), [], 'every operation has succeeded at least once')
}

const withoutSuccess = (operations: NamedOperation[], counts: Map<string, number>) =>
  operations
    .map(({ operation }) => operation.operationId)
    .filter((id) => ![...counts.keys()].some((outcome) => new RegExp(`^${id} [23]`).test(outcome)))
