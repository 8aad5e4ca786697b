import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
  type ListPartsCommandOutput,
  type Part
} from '@aws-sdk/client-s3'
import { AppError } from '../../core/errors.js'
import type { PartPieces } from './pieces.js'
import { hasCode, onS3 } from './s3-errors.js'
import { abortUploads, COMPLETE_TIMEOUT_MS, sendTimeout, type Target } from './s3-multipart.js'

/** Pieces of an object are the parts of a multipart upload. */
export function createS3Pieces(
  targetOf: (key: string) => Target,
  sizeOf: (key: string) => Promise<number | null>
): PartPieces {
  const uploadOf = (key: string, id: string) => {
    const { client, bucket } = targetOf(key)
    return { client, upload: { Bucket: bucket, Key: key, UploadId: id } }
  }

  /** The parts by their numbers; undefined if there is no such multipart upload. */
  async function listParts(key: string, id: string): Promise<Map<number, Part> | undefined> {
    const { client, upload } = uploadOf(key, id)
    const parts = new Map<number, Part>()
    let from: string | undefined
    // The SDK's own paginator never ends.
    do {
      const command = new ListPartsCommand({
        ...upload,
        ...(from !== undefined && { PartNumberMarker: from })
      })
      const page: ListPartsCommandOutput | undefined = await client
        .send(command)
        .catch((error: unknown) => unlessGone(error))
      if (page === undefined) return undefined
      for (const part of page.Parts ?? []) parts.set(Number(part.PartNumber), part)
      from = page.IsTruncated === true ? page.NextPartNumberMarker : undefined
    } while (from !== undefined)
    return parts
  }

  async function isDone(key: string, length: number): Promise<void> {
    if ((await sizeOf(key)) !== length) throw new AppError('UPLOAD_INTERRUPTED')
  }

  return {
    kind: 'parts',
    async begin(key) {
      const { client, bucket } = targetOf(key)
      const { UploadId } = await onS3(() =>
        client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }))
      )
      if (UploadId === undefined) throw new AppError('STORAGE_UNAVAILABLE')
      return UploadId
    },
    async put(key, id, number, body) {
      const { client, upload } = uploadOf(key, id)
      const part = { ...upload, PartNumber: number, Body: body, ContentLength: body.length }
      const requestTimeout = sendTimeout(body.length)
      await onS3(() => client.send(new UploadPartCommand(part), { requestTimeout }))
    },
    complete: (key, id, length, partSize) =>
      onS3(async () => {
        const { client, upload } = uploadOf(key, id)
        const listed = await listParts(key, id)
        if (listed === undefined) return isDone(key, length)
        const Parts = wantedParts(listed, length, partSize)
        const command = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })
        const done = await client
          .send(command, { requestTimeout: COMPLETE_TIMEOUT_MS })
          .catch((error: unknown) => unlessGone(error))
        if (done === undefined) return isDone(key, length)
        // A writer that was replaced while it began may have left another.
        await abortUploads(targetOf(key))
      }),
    async abort(key, id) {
      const { client, upload } = uploadOf(key, id)
      await onS3(() =>
        client.send(new AbortMultipartUploadCommand(upload)).catch((error: unknown) => unlessGone(error))
      )
    }
  }
}

function unlessGone(error: unknown): undefined {
  if (!hasCode(error, 'NoSuchUpload')) throw error
}

/**
 * The parts that make up `length` bytes, with the tags that S3 itself has listed: those that a writer was answered with
 * may be of a part that another has replaced.
 */
function wantedParts(listed: Map<number, Part>, length: number, partSize: number) {
  return Array.from({ length: Math.ceil(length / partSize) }, (_, index) => {
    const PartNumber = index + 1
    const part = listed.get(PartNumber)
    if (part?.Size !== Math.min(partSize, length - index * partSize)) throw new AppError('UPLOAD_INTERRUPTED')
    return { PartNumber, ETag: part.ETag }
  })
}
