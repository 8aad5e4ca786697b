/** What the description says about the whole API. */
export const INFO = {
  title: 'Strongroom',
  version: '0.1.0',
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
  description: [
    'A multi-tenant document backend: every tenant has a database of its own, equal files are kept once, and every ' +
      'change leaves as an event.',
    '**Begin** with `register` and `login`, and send the access token as `Authorization: Bearer …`. Create a tenant, ' +
      'then upload documents to it.',
    '**Answers** are JSON: `{ "success": true, "data": … }`, or `{ "success": false, "error": … }` with a code that ' +
      'never changes its meaning. Each status lists the codes that it can come with. Every answer carries ' +
      '`x-request-id`, and one that is worth another attempt `Retry-After` (seconds). Times are RFC 3339 in UTC, ids ' +
      'are UUIDs.',
    '**Unknown** fields and query parameters are refused (422), and so are parameters that come twice.',
    '**Lists** come in pages (`page`, `per_page`). Long ones are better walked through with `cursor`, whose cost does ' +
      'not grow with depth.',
    '**Problems**: to `Accept: application/problem+json` errors come as RFC 9457 has them, with `type`, `title`, `status`, ' +
      '`detail` (the message), `instance` (the path), and beside these `code`, `details` and `request_id`.',
    '**Repeating** is safe where `Idempotency-Key` is taken: the same key and request give the same answer for a day.'
  ].join('\n\n')
}

export const TAGS = [
  { name: 'Auth', description: 'Accounts and sessions' },
  { name: 'Users', description: 'The own account' },
  { name: 'Tenants', description: 'Customers, each with members and roles' },
  { name: 'Documents', description: 'Names for files' },
  { name: 'Files', description: 'Stored contents, each kept once in a tenant' },
  { name: 'Demo', description: 'For trying out Kafka; off in production' },
  { name: 'Operations', description: 'Health and measurements' }
]

const bearer = { type: 'http', scheme: 'bearer' } as const

export const SECURITY_SCHEMES = {
  bearer: { ...bearer, bearerFormat: 'JWT', description: 'The `access_token` of a log-in or a refresh' },
  refreshToken: { ...bearer, description: 'The `refresh_token`, for those who do not send it in the body' },
  metricsToken: { ...bearer, description: 'METRICS_TOKEN, where the operator has set one' }
}
