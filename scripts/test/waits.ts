import type { Test } from 'tap'

interface Wait {
  since: number
  /** Made where the wait began. */
  origin: Error
}

/** What the tests of this process are waiting for. */
const waits = new Set<Wait>()

/**
 * Notes that a test waits for a condition, so that a file whose time is over can say where.
 * @param caller the function that waits, which the place leaves out
 * @returns ends it
 */
export function startWait(caller: (...args: never[]) => unknown): () => void {
  const wait: Wait = { since: performance.now(), origin: new Error() }
  Error.captureStackTrace(wait.origin, caller)
  waits.add(wait)
  return () => void waits.delete(wait)
}

/**
 * Follows which tests of a file run.
 * @returns gives those that have begun and not ended, and the conditions that are waited for, each as a line
 */
export function followTests(root: Test): () => string[] {
  const running = new Set<string>()
  const follow = (test: Test, path: string) => {
    test.on('subtestStart', (subtest) => {
      const name = path + subtest.name
      running.add(name)
      if ('subtests' in subtest) follow(subtest as Test, `${name} > `)
    })
    test.on('subtestEnd', ({ name }) => void running.delete(path + name))
  }
  follow(root, '')
  return () => {
    const now = performance.now()
    // Those inside of which another runs are in its name.
    const innermost = [...running].filter(
      (name) => ![...running].some((other) => other.startsWith(`${name} > `))
    )
    return [
      ...innermost.map((name) => `was running: ${name}`),
      ...[...waits].map(
        ({ since, origin }) => `has waited for ${((now - since) / 1000).toFixed(0)} s ${placeOf(origin)}`
      )
    ]
  }
}

/** The innermost places in the tests, which may be in a helper and its caller. */
function placeOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((frame) => !frame.includes('/node_modules/'))
    .flatMap((frame) => /\/(test\/[^\s()?]+?\.[jt]s)(?:\?\d+)?(:\d+)/.exec(frame)?.slice(1).join('') ?? [])
    .slice(0, 3)
    .map((place) => `at ${place}`)
    .join(', ')
}
