import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { Secrets } from '../../core/config/config.js'
import { AppError } from '../../core/errors.js'
import { deriveKeys } from '../derived-keys.js'
import { contentDisposition, safeDownload } from '../../core/download-headers.js'
import type { ByteRange, DownloadOptions } from './object-storage.js'

/** The values of the two headers that a link allows to be sent. */
export interface DownloadLink {
  contentType: string
  contentDisposition: string
}

/** An object opened for reading; its content stays the same, even if the key is deleted meanwhile. */
export interface OpenObject {
  file: FileHandle
  /**
   * Streams its bytes, or a range of them, and closes the file. The end is known, which saves a last read that finds
   * nothing.
   */
  read(range?: ByteRange): Readable
  size: number
  modified: Date
  /** A strong validator (RFC 9110 §8.8.1): files are replaced as a whole, never changed. With its quotes. */
  etag: string
}

/** The objects that this server itself sends to anyone with a signed link to them. */
export interface LinkedObjects {
  /**
   * Returns what a link leads to: the signed headers, and the object. After `open`, you must close the file, or read a
   * stream of it to its end. `open` throws FILE_NOT_FOUND and STORAGE_UNAVAILABLE.
   * @throws {AppError} LINK_INVALID if any part of the link was altered or it has expired
   */
  follow(
    key: string,
    query: Record<string, unknown>
  ): { headers: DownloadLink; open: () => Promise<OpenObject> }
}

export interface LinkSigner {
  /** The query string that goes with the path `/objects/<key>`. */
  sign(key: string, options: DownloadOptions): string
  /** @throws {AppError} LINK_INVALID if anything was altered or the link has expired */
  verify(key: string, query: Record<string, unknown>): DownloadLink
}

const FIELDS = ['expires', 'type', 'disposition', 'filename', 'signature'] as const

/**
 * Signs download links with a separate key, derived from the secret that signs the tokens.
 * @param secrets the first signs; links made with the others are accepted too
 */
export function createLinkSigner(secrets: Secrets): LinkSigner {
  const keys = deriveKeys(secrets, 'strongroom disk download')
  // A JSON array keeps the parts apart: different lists never have the same text.
  const signatureOf = (key: Buffer, ...parts: unknown[]) =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest()

  return {
    sign(objectKey, options) {
      const { contentType, disposition } = safeDownload(options)
      const expires = String(Math.floor(Date.now() / 1000) + options.expiresIn)
      const filename = options.filename.replace(/\p{Cs}/gu, '')
      const signature = signatureOf(keys[0], objectKey, expires, contentType, disposition, filename)
      const query = { expires, type: contentType, disposition, filename }
      return new URLSearchParams({ ...query, signature: signature.toString('base64url') }).toString()
    },

    verify(objectKey, query) {
      const [expires, type, disposition, filename, given] = FIELDS.map((name) => query[name])
      const signature = Buffer.from(typeof given === 'string' ? given : '', 'base64url')
      const genuine = keys.some((key) => {
        const expected = signatureOf(key, objectKey, expires, type, disposition, filename)
        return signature.length === expected.length && timingSafeEqual(signature, expected)
      })
      if (!genuine || Date.now() / 1000 >= Number(expires)) throw new AppError('LINK_INVALID')
      return {
        contentType: String(type),
        contentDisposition: contentDisposition(
          disposition === 'inline' ? 'inline' : 'attachment',
          String(filename)
        )
      }
    }
  }
}
