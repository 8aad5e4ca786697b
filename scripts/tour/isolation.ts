import { randomUUID } from 'node:crypto'
import type { Api } from './api.js'
import { documentsOf } from './documents.js'
import { expect } from './expect.js'
import type { Owner } from './people.js'
import { checked, note } from './print.js'
import type { Document } from './wire.js'

/** The stranger gets the same answer for what belongs to another as for what does not exist. */
export async function readAsStranger(
  api: Api,
  stranger: Owner,
  owner: Owner,
  document: Document
): Promise<void> {
  const get = (path: string) => api.refused({ method: 'GET', path, token: stranger.token }, 404)
  const same = (one: object, other: object) =>
    expect(JSON.stringify(one) === JSON.stringify(other), 'the same answer to both', [one, other])

  note(`${stranger.name} asks for ${owner.name}'s document, and for one in a tenant that does not exist.`)
  const foreign = await get(`${documentsOf(owner)}/${document.id}`)
  same(foreign, await get(`/api/tenants/${randomUUID()}/documents/${document.id}`))

  note(
    `${stranger.name} looks for ${owner.name}'s document in the own tenant, and for one that does not exist.`
  )
  const own = await get(`${documentsOf(stranger)}/${document.id}`)
  same(own, await get(`${documentsOf(stranger)}/${randomUUID()}`))
  checked(`The answers are the same, so nothing tells ${stranger.name} what exists.`)
}

export async function readWithoutToken(api: Api, owner: Owner, document: Document): Promise<void> {
  note('Somebody asks for it without a token.')
  await api.refused({ method: 'GET', path: `${documentsOf(owner)}/${document.id}` }, 401)
  checked('Refused.')
}
