import type { Test } from 'tap'

interface Wait {
  since: number
  /** Its stack shows where the wait began. */
  origin: Error
}

/** What the tests of this process are waiting for. */
const waits = new Set<Wait>()

/**
 * Records that a test waits for a condition, so that a file can report where it waits at its timeout.
 * @param caller the function that waits; it is left out of the reported place
 * @returns a function that ends the wait
 */
export function startWait(caller: (...args: never[]) => unknown): () => void {
  const wait: Wait = { since: performance.now(), origin: new Error() }
  Error.captureStackTrace(wait.origin, caller)
  waits.add(wait)
  return () => void waits.delete(wait)
}

/**
 * Follows which tests of a file are running.
 * @returns a function that lists the running tests, and the waits for conditions, each as a line
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
    // A running subtest's name contains those of the tests around it.
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

/** The innermost places of the stack in test/, such as a helper and its caller. */
function placeOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((frame) => !frame.includes('/node_modules/'))
    .flatMap((frame) => /\/(test\/[^\s()?]+?\.[jt]s)(?:\?\d+)?(:\d+)/.exec(frame)?.slice(1).join('') ?? [])
    .slice(0, 3)
    .map((place) => `at ${place}`)
    .join(', ')
}
