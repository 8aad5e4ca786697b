import { createHash } from 'node:crypto'
import { databaseName } from '../../db/database-url.js'

/** The names that an installation gives to what belongs to the whole server, of which several may use one. */
export interface ServerNames {
  /** The group of the tenants' login roles. */
  group: string
  /** What templates begin with; the time of the newest migration and a hash of the content follow. */
  templatePrefix: string
  /** What databases begin with that are no tenant's yet; random digits follow. */
  sparePrefix: string
  /**
   * The comment on a tenant's database that says whose it is. Everybody with a login on the server can read it, so it
   * tells the id only to who knows it: ids are 122 random bits, of which no hash can be turned back.
   */
  markOf: (tenantId: string) => string
  /** How earlier versions wrote it, ids and all; the id stands between the two. */
  oldMark: { prefix: string; suffix: string }
}

/** They follow from the name of the main database, which the server has only once. All fit into 63 bytes. */
export function serverNames(mainDatabaseUrl: string): ServerNames {
  const main = databaseName(mainDatabaseUrl)
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const id = hash(main).slice(0, 8)
  return {
    group: `strongroom_tenants_${id}`,
    templatePrefix: `strongroom_template_${id}_`,
    sparePrefix: `strongroom_spare_${id}_`,
    markOf: (tenantId) => `Strongroom ${id} ${hash(`${main} ${tenantId}`)}`,
    oldMark: { prefix: 'Strongroom tenant ', suffix: ` of ${main}` }
  }
}

/** What is added to the name of a template that is not finished. */
export const BUILDING = '_new'

/** The time of the newest migration in a template, from its name; names of another form are older than all. */
export const templateVersion = (name: string): number => Number(/_(\d{13})_[0-9a-f]{8}$/.exec(name)?.[1] ?? 0)
