import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
  type ListPartsCommandOutput,
  type Part,
  type S3Client
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { AppError } from '../../core/errors.js'
import type { PartPieces, StoredPart } from './pieces.js'
import { hasCode, onS3 } from './s3-errors.js'
import { abortUploads, COMPLETE_TIMEOUT_MS, sendTimeout, type Target } from './s3-multipart.js'

/**
 * Writes the pieces of an object as parts of a multipart upload.
 * @param signer only signs URLs, which name the host that clients reach
 */
export function createS3Pieces(
  targetOf: (key: string) => Target,
  sizeOf: (key: string) => Promise<number | null>,
  signer: S3Client
): PartPieces {
  const uploadOf = (key: string, id: string) => {
    const { client, bucket } = targetOf(key)
    return { client, upload: { Bucket: bucket, Key: key, UploadId: id } }
  }

  /** The parts by their numbers; undefined if there is no such multipart upload. */
  async function listParts(
    key: string,
    id: string,
    range?: { from: number; count: number }
  ): Promise<Map<number, Part> | undefined> {
    const { client, upload } = uploadOf(key, id)
    const parts = new Map<number, Part>()
    const end = range === undefined ? Infinity : range.from + range.count
    let from = range === undefined ? undefined : String(range.from - 1)
    // The SDK's own paginator ignores IsTruncated, and never ends.
    do {
      const command = new ListPartsCommand({
        ...upload,
        ...(from !== undefined && { PartNumberMarker: from }),
        ...(range !== undefined && { MaxParts: range.count })
      })
      const page: ListPartsCommandOutput | undefined = await client
        .send(command)
        .catch((error: unknown) => unlessGone(error))
      if (page === undefined) return undefined
      for (const part of page.Parts ?? [])
        if (Number(part.PartNumber) < end) parts.set(Number(part.PartNumber), part)
      from = page.IsTruncated === true ? page.NextPartNumberMarker : undefined
    } while (from !== undefined && Number(from) < end - 1)
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
    signPut(key, id, { number, size }, expiresIn) {
      const { upload } = uploadOf(key, id)
      const command = new UploadPartCommand({ ...upload, PartNumber: number, ContentLength: size })
      return onS3(() => getSignedUrl(signer, command, { expiresIn }))
    },
    list: (key, id, range) =>
      onS3(async () => {
        const listed = await listParts(key, id, range)
        if (listed === undefined) return null
        return new Map(
          [...listed].map(([number, { Size = 0 }]): [number, StoredPart] => [number, { number, size: Size }])
        )
      }),
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
        // A writer that was replaced while it began an upload may have left that one behind.
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
 * The parts that make up `length` bytes, with the ETags that S3 lists: the ETag in a writer's response may be of a part
 * that another writer has since replaced.
 */
function wantedParts(listed: Map<number, Part>, length: number, partSize: number) {
  return Array.from({ length: Math.ceil(length / partSize) }, (_, index) => {
    const PartNumber = index + 1
    const part = listed.get(PartNumber)
    if (part?.Size !== Math.min(partSize, length - index * partSize)) throw new AppError('UPLOAD_INTERRUPTED')
    return { PartNumber, ETag: part.ETag }
  })
}
