import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
  type CompletedPart,
  type ListMultipartUploadsCommandInput,
  type ListMultipartUploadsCommandOutput,
  type S3Client
} from '@aws-sdk/client-s3'
import type { PartReader } from './part-reader.js'
import { hasCode, isUnsupported, onS3 } from './s3-errors.js'

const MIB = 1024 * 1024
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000
/** Bytes. From the same page. */
const MAX_OBJECT = 5 * 1024 ** 4
/** Parts held in memory and sent at the same time. */
const PARALLEL = 2
const BASE_PART_SIZE = 8 * MIB
const BASE_PARTS = 1_000

/** S3 joins the parts before it answers, which takes minutes for very large objects. */
export const COMPLETE_TIMEOUT_MS = 300_000
/** Short, since the caller waits for the error that caused the abort. */
const ABORT_TIMEOUT_MS = 5_000

export interface Target {
  client: S3Client
  bucket: string
  key: string
}

/**
 * Sizes of the parts of a stream of unknown but bounded length. The first 1,000 parts have 8 MiB, so that common sizes
 * need little memory; only streams beyond these 8 GiB pay for their maximum, with parts just large enough for
 * it to fit into the 10,000 that S3 allows. (For 5 TiB that is 582 MiB.)
 */
export function partSizes(atMost = MAX_OBJECT): (partNumber: number) => number {
  const beyond = Math.max(0, Math.min(atMost, MAX_OBJECT) - BASE_PARTS * BASE_PART_SIZE)
  const large = Math.max(BASE_PART_SIZE, Math.ceil(beyond / (MAX_PARTS - BASE_PARTS) / MIB) * MIB)
  return (partNumber) => (partNumber <= BASE_PARTS ? BASE_PART_SIZE : large)
}

/** Maximum milliseconds for sending this many bytes: an answer within 30 s, at 100 kB/s or faster. */
export function sendTimeout(bytes: number): number {
  return 30_000 + bytes / 100
}

/**
 * Sends `first` and the rest of `reader` as one multipart upload. Two buffers alternate: while one is sent, the other
 * is filled, and there is no third. The parts are signed with their SHA-256, so S3 verifies every byte. If anything
 * fails, or `stop` is aborted from outside, all requests end and the upload is aborted.
 */
export async function uploadInParts(
  target: Target,
  reader: PartReader,
  first: Buffer,
  sizeOf: (partNumber: number) => number,
  stop: AbortController
): Promise<void> {
  const { client, bucket, key } = target
  const { signal } = stop
  const { UploadId } = await onS3(
    () =>
      client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }), { abortSignal: signal }),
    signal
  )
  const upload = { Bucket: bucket, Key: key, UploadId }
  const parts: CompletedPart[] = []

  async function send(PartNumber: number, body: Buffer) {
    const command = new UploadPartCommand({ ...upload, PartNumber, Body: body, ContentLength: body.length })
    const options = { abortSignal: signal, requestTimeout: sendTimeout(body.length) }
    const { ETag } = await onS3(() => client.send(command, options), signal)
    parts.push({ PartNumber, ETag })
  }

  let number = 1
  let turn: Promise<unknown> = Promise.resolve()
  /** Fills the next part; reuses the buffer while its size is right. Null at the end of the stream. */
  function nextPart(buffer: Buffer | undefined) {
    const reading = turn.then(async () => {
      if (!(await reader.more())) return null
      const mine = ++number
      const size = sizeOf(mine)
      const memory = buffer?.length === size ? buffer : Buffer.allocUnsafeSlow(size)
      return { number: mine, memory, body: await reader.fill(memory) }
    })
    turn = reading.catch(() => undefined)
    return reading
  }

  async function work(ownPart?: Buffer) {
    try {
      if (ownPart) await send(1, ownPart)
      for (let part = await nextPart(ownPart); part !== null; part = await nextPart(part.memory)) {
        await send(part.number, part.body)
      }
    } catch (error) {
      // The other part stops at once, and everything later reports this same error.
      stop.abort(error)
    }
  }

  await Promise.all([work(first), ...Array.from({ length: PARALLEL - 1 }, () => work())])
  try {
    signal.throwIfAborted()
    parts.sort((a, b) => Number(a.PartNumber) - Number(b.PartNumber))
    const command = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } })
    await onS3(
      () => client.send(command, { abortSignal: signal, requestTimeout: COMPLETE_TIMEOUT_MS }),
      signal
    )
  } catch (error) {
    // Best effort: delete(key) removes what this leaves behind.
    const abort = new AbortMultipartUploadCommand(upload)
    await client.send(abort, { requestTimeout: ABORT_TIMEOUT_MS }).catch(() => undefined)
    throw error
  }
}

/** Aborts every unfinished multipart upload of exactly this key, as far as the server can list and abort them. */
export async function abortUploads({ client, bucket, key }: Target): Promise<void> {
  try {
    for await (const upload of unfinishedUploads(client, bucket, key)) {
      if (upload.key === key) await abortUpload(client, { Bucket: bucket, Key: key, UploadId: upload.id })
    }
  } catch (error) {
    if (!isUnsupported(error)) throw error
  }
}

/** Unfinished multipart uploads of keys that start with `prefix`; none if the server cannot list them. */
export async function* unfinishedUploads(
  client: S3Client,
  bucket: string,
  prefix: string
): AsyncGenerator<{ key: string; id: string }, void> {
  let from: Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> | undefined = {}
  while (from !== undefined) {
    const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({
      Bucket: bucket,
      Prefix: prefix,
      ...from
    })
    const page: ListMultipartUploadsCommandOutput | undefined = await client
      .send(command)
      .catch((error: unknown) => {
        if (isUnsupported(error)) return undefined
        throw error
      })
    for (const { Key, UploadId } of page?.Uploads ?? []) {
      if (Key !== undefined && UploadId !== undefined) yield { key: Key, id: UploadId }
    }
    from =
      page?.IsTruncated === true && page.NextKeyMarker
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
        : undefined
  }
}

async function abortUpload(client: S3Client, upload: { Bucket: string; Key: string; UploadId: string }) {
  try {
    await client.send(new AbortMultipartUploadCommand(upload))
  } catch (error) {
    // Another process aborted or completed it meanwhile.
    if (!hasCode(error, 'NoSuchUpload')) throw error
  }
}
