import cluster from 'node:cluster'
import { isAnswer, type Kind, type Question, type Questions } from './questions.js'

interface Waiting {
  resolve(answer: unknown): void
  reject(error: Error): void
}

/** Whether this is one of several processes that serve one port (WEB_CONCURRENCY). */
export const oneOfSeveral = cluster.isWorker

const waiting = new Map<number, Waiting>()
let questions = 0

/**
 * Asks the primary; only one of several processes may do so. If the primary is gone, there is no answer, but then this
 * process ends too.
 */
export function askPrimary<K extends Kind>(
  kind: K,
  asked: Questions[K]['asked']
): Promise<Questions[K]['answer']> {
  if (questions === 0) process.on('message', settle)
  const id = ++questions
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject })
    process.send?.({ type: 'question', id, kind, asked } satisfies Question)
  })
}

function settle(message: unknown): void {
  if (!isAnswer(message)) return
  const { id, answer, error } = message
  if (error === undefined) waiting.get(id)?.resolve(answer)
  else waiting.get(id)?.reject(new Error(error))
  waiting.delete(id)
}
