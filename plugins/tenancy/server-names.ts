import { createHash } from 'node:crypto'
import { databaseName } from '../../db/database-url.js'

/**
 * The names that an installation gives to things that belong to the whole server, which several installations may
 * share.
 */
export interface ServerNames {
  /** The group of the tenants' login roles. */
  group: string
  /** The prefix of templates; the time of the newest migration and a hash of the content follow. */
  templatePrefix: string
  /** The prefix of databases that are not a tenant's yet; random digits follow. */
  sparePrefix: string
  /**
   * The comment on a tenant's database that says whose it is. Every login on the server can read it, so it only
   * confirms an id that the reader already knows: ids are 122 random bits, whose hash cannot be reversed.
   */
  markOf: (tenantId: string) => string
  /** The mark of earlier versions, with the tenant's id between prefix and suffix. */
  oldMark: { prefix: string; suffix: string }
}

/** The names on the server of the main database, derived from its name, which is unique there. */
export const mainServerNames = (mainDatabaseUrl: string): ServerNames =>
  serverNames(databaseName(mainDatabaseUrl))

/**
 * Derives the names from a text that is unique among the installations on the server; on servers other than the main
 * one, that is the `uid` of the installation. All names fit into 63 bytes.
 */
export function serverNames(installation: string): ServerNames {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const id = hash(installation).slice(0, 8)
  return {
    group: `strongroom_tenants_${id}`,
    templatePrefix: `strongroom_template_${id}_`,
    sparePrefix: `strongroom_spare_${id}_`,
    markOf: (tenantId) => `Strongroom ${id} ${hash(`${installation} ${tenantId}`)}`,
    oldMark: { prefix: 'Strongroom tenant ', suffix: ` of ${installation}` }
  }
}

/** Suffix of the name of an unfinished template. */
export const BUILDING = '_new'

/** The time of the newest migration in a template, from its name; names in another form are older than all. */
export const templateVersion = (name: string): number => Number(/_(\d{13})_[0-9a-f]{8}$/.exec(name)?.[1] ?? 0)
