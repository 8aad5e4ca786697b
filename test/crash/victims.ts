import { startChild, type Child } from '../../scripts/start/children.js'

/** A process that is killed and restarted. */
export interface Victim {
  name: string
  start(): Promise<void>
  /** kill -9 */
  kill(): Promise<void>
}

/** One of our own processes. @param onReady receives its address after each start */
export function ownProcess(
  name: string,
  program: string,
  environment: Record<string, string>,
  onReady: (url: string) => void = () => undefined
): Victim {
  let child: Child | undefined
  return {
    name,
    async start() {
      child = startChild(name, program, {
        PATH: process.env['PATH'],
        ...environment
      })
      onReady(await child.ready)
    },
    async kill() {
      child?.kill()
      await child?.ended
    }
  }
}
