import Fastify from 'fastify'
import t from 'tap'
import { pageReply } from '../../src/http/page-reply.js'
import { MAX_PAGE } from '../../src/schemas/pagination.js'
import {
  createTenant,
  signUp,
  signUpMember,
  startApi,
  uploaded,
  type Answer,
  type Client,
  type Page
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { config, sql } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
await createTenant(admin)
await createTenant(admin)
const path = `/api/tenants/${tenant.id}`

const linkOf = (headers: Headers) => /^<([^<>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]

/** The ids on all pages, from link to link. */
async function follow(client: Client, first: string): Promise<{ ids: string[]; links: string[] }> {
  const ids: string[] = []
  const links: string[] = []
  for (let next: string | undefined = first; next !== undefined;) {
    const answer: Answer<Page<{ id?: string; user_id?: string }>> = await client.get(next)
    const { status, headers, body } = answer
    t.equal(status, 200, next)
    ids.push(...body.data.items.map((item) => String(item.id ?? item.user_id)))
    next = linkOf(headers)
    if (next !== undefined) links.push(next)
    else t.notOk(headers.has('link'), 'the last page has no link')
  }
  return { ids, links }
}

void t.test('the next link of a list with cursors has a cursor and the filters', async (t) => {
  for (const name of ['a&b.txt', 'b+c.txt', 'c.txt', 'd.md'])
    await uploaded(admin, tenant.id, name, { filename: name })
  const query = `?filename=${encodeURIComponent('.TXT')}&sort=filename&page=1&per_page=1`
  const { ids, links } = await follow(admin, `${path}/documents${query}`)
  t.equal(ids.length, 3)
  t.equal(new Set(ids).size, 3)
  for (const link of links) {
    t.ok(link.startsWith(`${path}/documents?`), link)
    const { searchParams } = new URL(link, url)
    t.match(Object.fromEntries(searchParams), { filename: '.TXT', sort: 'filename', per_page: '1' })
    t.ok(searchParams.has('cursor') && !searchParams.has('page'), link)
  }
})

void t.test('the next link of a list without cursors has a page number', async (t) => {
  await signUpMember(url, sql, tenant.id, 'viewer')
  await signUpMember(url, sql, tenant.id, 'user')
  for (const list of ['/api/tenants', '/api/users/me/tenants', `${path}/users`]) {
    const { ids, links } = await follow(admin, `${list}?per_page=1`)
    t.equal(new Set(ids).size, 3, list)
    t.same(links, [`${list}?per_page=1&page=2`, `${list}?per_page=1&page=3`])
  }
  const beyond = await admin.get(`${path}/users?page=9`)
  t.notOk(beyond.headers.has('link'), 'a page beyond the end has no link')
})

void t.test('no link leads to a page that is refused', async (t) => {
  t.equal((await admin.get(`/api/tenants?page=${MAX_PAGE}`)).status, 200)
  t.equal((await admin.get(`/api/tenants?page=${MAX_PAGE + 1}`)).status, 422)
  const app = Fastify().decorate('config', config)
  app.get<{ Querystring: { page: string } }>('/', ({ url, server, query }, reply) => {
    const request = { url, server, query: { page: Number(query.page), per_page: 1 } }
    return pageReply(request, reply, { items: [], total: MAX_PAGE + 5 })
  })
  const linked = async (page: number) => (await app.inject(`/?page=${page}`)).headers.link
  t.match(await linked(MAX_PAGE - 1), `page=${MAX_PAGE}>`)
  t.equal(await linked(MAX_PAGE), undefined)
})

void t.test('with PUBLIC_URL the link is absolute, and pages on other origins may read it', async (t) => {
  const http = {
    ...config.http,
    publicUrl: 'https://api.example.com/strongroom',
    corsOrigins: ['https://app.example.com']
  }
  const elsewhere = await startApi(t, { ...config, http })
  const answer = await fetch(`${elsewhere.url}/api/tenants?per_page=2`, {
    headers: { authorization: `Bearer ${String(admin.token)}`, origin: 'https://app.example.com' }
  })
  t.equal(linkOf(answer.headers), 'https://api.example.com/strongroom/api/tenants?per_page=2&page=2')
  t.match(answer.headers.get('access-control-expose-headers'), /\blink\b/)
})
