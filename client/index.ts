import type { components } from './schema.js'

export { bodyOf, dataOf, type ApiClient } from './api.js'
export type { UploadSource } from './content.js'
export type { Download } from './download.js'
export * from './errors.js'
export type { EventOptions } from './events.js'
export type { ChangeOptions } from './if-match.js'
export { byCursor, byPage, type Page } from './pages.js'
export type { FinishedUpload, ResumableUploadOptions } from './resumable-upload.js'
export type { Transport } from './send.js'
export type { Tokens } from './session.js'
export { createStrongroom, type Strongroom, type StrongroomOptions } from './strongroom.js'
export type { PutOptions } from './documents.js'
export type { OwnData, UploadOptions } from './upload.js'
export type { UploadAllOptions, UploadItem } from './uploads.js'
export type { components, operations, paths } from './schema.js'

/** The schemas of the API by name, such as `Schemas['Document']`. */
export type Schemas = components['schemas']
