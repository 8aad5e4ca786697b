import { SCOPE_NAMES } from '../../../core/scopes.js'

const SCOPES_TEXT = SCOPE_NAMES.map((name) => `\`${name}\``).join(', ')

/** The part of the description that is about the whole API. */
export const INFO = {
  title: 'Strongroom',
  version: '0.2.0',
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
  description: [
    'A multi-tenant document backend. Each tenant has its own database, equal files are stored once, and every change ' +
      'is published as an event.',
    '**Getting started**: call `register` and `login`, and send the access token as `Authorization: Bearer …`. Create a ' +
      'tenant, then upload documents to it.',
    '**Programs** use a key of a service account, also as `Authorization: Bearer …`. `x-scope` of an operation names the scope ' +
      `that a key needs; operations without it are for persons. Scopes: ${SCOPES_TEXT}.`,
    '**X-On-Behalf-Of** names the user of your product for whom a service acts (1 to 255 printable characters). Documents, ' +
      'events and audit entries keep it. It grants nothing, and only services can send it.',
    '**Answers** are JSON: `{ "success": true, "data": … }`, or `{ "success": false, "error": … }`. Times are RFC 3339 in ' +
      'UTC, and ids are UUIDs, except those of keys. Every answer has the header `x-request-id` with the id of the request: yours, if you sent ' +
      'a valid one.',
    '**Errors** have a `code` that never changes its meaning. Each status lists its codes. Each operation ' +
      'lists the codes that it can return in `x-error-codes`, where a name in lower case stands for a group in ' +
      '`x-error-groups`. If a retry can help, the header `Retry-After` says after how many ' +
      'seconds. With `Accept: application/problem+json` you get errors as RFC 9457 defines them: `type`, `title`, ' +
      '`status`, `detail` (the message) and `instance` (the path), plus `code`, `details` and `request_id`.',
    '**Unknown** fields and query parameters are refused (422), and so are repeated parameters, except `tag` and `tags`.',
    '**Lists** are paged with `page` and `per_page`. The header `Link` with `rel="next"` holds the URL of the next page. ' +
      'Where a list takes `cursor`, that URL uses it: its cost does not grow with depth.',
    '**Deprecated** parts keep working for a while. The answer to a request that uses one says in the header ' +
      '`Deprecation` since when the part is deprecated (RFC 9745), and in `Sunset` when it may stop working (RFC 8594).',
    '**Changes** of documents, files and tenants can be made conditional: send the `ETag` of what you have read as ' +
      '`If-Match` (RFC 9110 §13.1.1), and you get 412 if it has changed since. The tag is the field `revision` in ' +
      'quotes. If a proxy compresses answers, build the tag from that field: compression weakens ETags, and weak ones ' +
      'never match.',
    '**Retries** are safe where you send an `Idempotency-Key`: for a day, the same key and request give the same answer.'
  ].join('\n\n')
}

export const TAGS = [
  { name: 'Auth', description: 'Registration, log-in and tokens' },
  { name: 'Users', description: 'Your account and its sessions' },
  { name: 'Tenants', description: 'Tenants, their members and roles' },
  { name: 'Service accounts', description: 'Accounts of programs, and their keys' },
  { name: 'Webhooks', description: 'Have events sent to a URL, signed as Standard Webhooks describes' },
  { name: 'Exports', description: 'Everything that a tenant stores, as an archive' },
  { name: 'Documents', description: 'Upload, find and download documents' },
  { name: 'Folders', description: 'Browse and move the folders of documents' },
  { name: 'Uploads', description: 'Large files: resumable uploads by tus 1.0, and direct uploads to S3' },
  { name: 'Files', description: 'The stored content of documents; equal content is stored once per tenant' },
  { name: 'Events', description: 'Everything that happened, in order: poll it, or open a stream' },
  { name: 'Demo', description: 'Try out Kafka; off in production by default' },
  { name: 'Operations', description: 'Health and metrics' }
]

const bearer = { type: 'http', scheme: 'bearer' } as const

export const SECURITY_SCHEMES = {
  bearer: { ...bearer, bearerFormat: 'JWT', description: 'The `access_token` from `login` or `refresh`' },
  apiKey: { ...bearer, description: 'A key of a service account: `srk_…`' },
  refreshToken: { ...bearer, description: 'The `refresh_token`, if you do not send it in the body' },
  metricsToken: { ...bearer, description: 'The METRICS_TOKEN, if the operator has set one' }
}
