import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { ErrorCode } from '../../core/errors.js'
import { toAppError } from './error-handler.js'

/** Seconds: from a small file to one that takes the maximum time. */
const BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600]

export type UploadCounts = ReturnType<typeof createUploadCounts>

/** The parts of an upload's response that are measured. */
interface Uploaded {
  document: { deduplicated: boolean; file: { file_size: number } }
  replayed: boolean
}

export type MeasureUpload = ReturnType<typeof createUploadMetrics>

/**
 * Counts uploads that became a document or were refused for good. Outcomes are `created`, `deduplicated`,
 * `replayed`, or the error code.
 */
export function createUploadCounts(registry: Registry) {
  const registers = [registry]
  const uploads = new Counter({
    name: 'strongroom_uploads_total',
    help: 'Finished uploads of every kind, by outcome: stored as a document, or refused',
    labelNames: ['outcome'],
    registers
  })
  const bytes = new Counter({
    name: 'strongroom_upload_bytes_total',
    help: 'Bytes of successfully uploaded files',
    registers
  })
  const count = (outcome: string, { file }: { file: { file_size: number } }) => {
    bytes.inc(file.file_size)
    uploads.inc({ outcome })
  }
  return {
    made: (document: Uploaded['document']) =>
      count(document.deduplicated ? 'deduplicated' : 'created', document),
    replayed: (document: Uploaded['document']) => count('replayed', document),
    refused: (code: ErrorCode) => uploads.inc({ outcome: code })
  }
}

/**
 * Measures uploads that take one request.
 * @param line the uploads that run and wait, read on demand
 */
export function createUploadMetrics(
  registry: Registry,
  counts: UploadCounts,
  line: () => { running: number; waiting: number }
) {
  const registers = [registry]
  const duration = new Histogram({
    name: 'strongroom_upload_seconds',
    help: 'Time of an upload until its document is stored or it is refused, waiting in line included, in seconds',
    buckets: BUCKETS,
    registers
  })
  new Gauge({
    name: 'strongroom_uploads_in_flight',
    help: 'Uploads that are running, and uploads that are waiting in line',
    labelNames: ['state'],
    registers,
    collect() {
      const { running, waiting } = line()
      this.set({ state: 'running' }, running)
      this.set({ state: 'waiting' }, waiting)
    }
  })

  return async <T extends Uploaded>(upload: () => Promise<T>): Promise<T> => {
    const end = duration.startTimer()
    try {
      const done = await upload()
      if (done.replayed) counts.replayed(done.document)
      else counts.made(done.document)
      return done
    } catch (error) {
      counts.refused(toAppError(error).code)
      throw error
    } finally {
      end()
    }
  }
}
