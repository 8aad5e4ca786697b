import t from 'tap'
import { createStrongroom, StrongroomError, ValidationError } from '../../client/index.js'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { config } = await createInstallation(t, { PUBLIC_URL: 'https://documents.example.com' })
const { url } = await startApi(t, config)
const refused = { email: 'ada', password: 'long enough' }
const PROBLEM = 'application/problem+json'

/** Requests errors as problem details (RFC 9457). */
const askForProblems = (request: Request) => {
  request.headers.set('accept', PROBLEM)
  return fetch(request)
}

t.test('an error links to its explanation, and is the same in both formats', async (t) => {
  for (const [form, client] of [
    ['envelope', createStrongroom({ url })],
    ['problem', createStrongroom({ url, fetch: askForProblems })]
  ] as const) {
    const error: unknown = await client.auth.login(refused).catch((error: unknown) => error)
    t.type(error, ValidationError, form)
    t.match(
      error,
      {
        code: 'VALIDATION_ERROR',
        message: /^Some values are invalid/,
        status: 422,
        details: [{ field: '/email' }],
        requestId: /./,
        documentationUrl: 'https://documents.example.com/errors#VALIDATION_ERROR'
      },
      form
    )
  }
})

t.test('without PUBLIC_URL there is no page to link to', async (t) => {
  const answers = [
    { error: { code: 'EMPTY_FILE', message: 'no content', request_id: 'r' } },
    {
      type: 'about:blank',
      title: 'x',
      status: 422,
      detail: 'no content',
      code: 'EMPTY_FILE',
      request_id: 'r'
    }
  ]
  for (const answer of answers) {
    const client = createStrongroom({ url, fetch: async () => Response.json(answer, { status: 422 }) })
    const error = await client.auth.login(refused).catch((error: unknown) => error as StrongroomError)
    t.match(error, { code: 'EMPTY_FILE', message: 'no content', requestId: 'r', documentationUrl: undefined })
  }
})

t.test("only the status counts of an answer that is not the API's", async (t) => {
  for (const answer of [{ type: 'https://proxy.example.com/busy', detail: 'busy' }, null, 'text']) {
    const client = createStrongroom({
      url,
      retries: 0,
      fetch: async () => Response.json(answer, { status: 502 })
    })
    const error = await client.auth.login(refused).catch((error: unknown) => error)
    t.match(error, { code: 'HTTP_502', status: 502, details: [], documentationUrl: undefined })
  }
})

t.test('a session continues if expired tokens are reported as problems', async (t) => {
  const pair = { access_token: 'new', refresh_token: 'next', token_type: 'Bearer', expires_in: 900 }
  const expired = {
    type: 'about:blank',
    status: 401,
    detail: 'expired',
    code: 'TOKEN_EXPIRED',
    request_id: 'r'
  }
  const { api } = createStrongroom({
    url,
    tokens: { access_token: 'old', refresh_token: 'once' },
    fetch: async (request) => {
      if (request.url.endsWith('/refresh')) return Response.json({ success: true, data: pair })
      return request.headers.get('authorization') === 'Bearer new'
        ? Response.json({ success: true, data: { id: 'ada' } })
        : Response.json(expired, { status: 401, headers: { 'content-type': PROBLEM } })
    }
  })
  t.equal((await api.GET('/api/users/me')).data?.data.id, 'ada')
})
