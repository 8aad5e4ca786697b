import { passesByItself, type ErrorCode } from './errors.js'

/**
 * What a client's developer wants to know about each error, beyond its text in core/errors.ts: when it happens and what
 * to do. docs/ERRORS.md and the page `/errors` show it.
 */
export const ERROR_GUIDE: Record<ErrorCode, readonly [when: string, action: string]> = {
  MALFORMED_REQUEST: [
    'The request is not valid HTTP, its body is not valid JSON or multipart, or its URL cannot be decoded.',
    'Fix how the client builds the request.'
  ],
  CLIENT_GONE: [
    'The connection closed in the middle of the request. Proxies and the log see this code more often than clients do.',
    'Send the request again; nothing was changed.'
  ],
  CONTENT_RANGE_NOT_SUPPORTED: [
    'An upload has a Content-Range header.',
    'Upload the whole content in one request, without Content-Range.'
  ],
  UPLOAD_ABORTED: [
    'The connection closed before the whole file had arrived.',
    'Upload the file again, with the same Idempotency-Key if you sent one; nothing was stored.'
  ],
  NOT_AUTHENTICATED: [
    'The request has no access token or key, or the Authorization header is not of the form "Bearer <token>".',
    'Log in and send the access token, or send a key of a service account.'
  ],
  INVALID_TOKEN: [
    'The token was not issued by this server, was altered, or is of the wrong kind (a refresh token instead of an access token, or the reverse). A key was revoked, has expired, or was sent from outside its networks.',
    'Log in again, or use another key.'
  ],
  TOKEN_EXPIRED: [
    'The token is older than its lifetime.',
    'Refresh an access token; otherwise log in again.'
  ],
  TOKEN_REVOKED: [
    'The user logged out, set a new password, or ended the session from another device, or the account was deactivated.',
    'Log in again.'
  ],
  TOKEN_REUSED: [
    'A refresh token was used a second time, which may mean that it was stolen. The whole session ends.',
    'Log in again, and store only the newest refresh token.'
  ],
  INVALID_CREDENTIALS: [
    'No active account has this e-mail address and password. The answer is the same for unknown addresses.',
    'Ask the person for both again.'
  ],
  INSUFFICIENT_ROLE: [
    'You are a member of the tenant, but your role does not allow the operation.',
    'Ask an admin of the tenant to do it or to change your role.'
  ],
  INSUFFICIENT_SCOPE: [
    'The key of the service account was made without the scope that the operation needs.',
    'Use a key with that scope, or ask an admin of the tenant to make one.'
  ],
  PERSONS_ONLY: [
    'Only persons can manage passwords, sessions, service accounts and keys, so that a leaked key cannot create others.',
    'Log in as a person and send the access token.'
  ],
  TENANT_INACTIVE: [
    'The tenant was deactivated; only its admins can still see, reactivate and delete it.',
    'Ask an admin of the tenant to reactivate it.'
  ],
  REGISTRATION_CLOSED: [
    'The operator has set REGISTRATION to `invited` or `closed`, so you cannot create an account without an invitation.',
    'Ask an admin of a tenant, or the operator, for an invitation.'
  ],
  EMAIL_NOT_VERIFIED: [
    'The password is right, but the link that was mailed to the address has not been opened. The server mails another link, at most three an hour.',
    'Ask the person to open the newest mail, then log in again.'
  ],
  TENANT_CREATION_DENIED: [
    'The operator has set TENANT_CREATION to `permitted`, and has not permitted this account to create tenants.',
    'Ask the operator, who can run `npm run users -- permit`.'
  ],
  WRONG_ACCOUNT: [
    'The session belongs to an account with another e-mail address than the invitation.',
    'Log in with an account of the invited address; without an account, accept without a session.'
  ],
  LINK_INVALID: [
    'A pre-signed download link has expired, or a part of it was changed.',
    'Request a new link for the document.'
  ],
  ROUTE_NOT_FOUND: ['No endpoint has this path.', 'Compare the path with /openapi.yaml.'],
  TENANT_NOT_FOUND: [
    'The tenant does not exist, was deleted, or you are not a member. The answer is the same in all three cases.',
    'List your tenants to see which ones you can use.'
  ],
  USER_NOT_FOUND: [
    'No active account has the id of the request.',
    'Invite the person by e-mail address instead.'
  ],
  MEMBER_NOT_FOUND: ['The account is not a member of the tenant.', 'List the members of the tenant.'],
  SESSION_NOT_FOUND: [
    'None of your sessions has this id; it may have ended already.',
    'List your sessions. If you wanted to end it, there is nothing left to do.'
  ],
  INVITATION_NOT_FOUND: [
    'The tenant has no open invitation with this id.',
    'List the invitations of the tenant.'
  ],
  SERVICE_ACCOUNT_NOT_FOUND: [
    'The tenant has no service account with this id.',
    'List the service accounts of the tenant.'
  ],
  KEY_NOT_FOUND: [
    'The service account has no key with this id, or it is revoked already.',
    'List the keys of the service account.'
  ],
  WEBHOOK_NOT_FOUND: ['The tenant has no webhook with this id.', 'List the webhooks of the tenant.'],
  EXPORT_NOT_FOUND: [
    'The tenant has no export with this id. Exports are forgotten after a week.',
    'List the exports of the tenant.'
  ],
  DELIVERY_NOT_FOUND: [
    'No attempt to send the event to this webhook is recorded, or the event is older than EVENT_RETENTION.',
    'Use an event_id from the deliveries of the webhook. To send all events since a given time again, recover the webhook.'
  ],
  DOCUMENT_NOT_FOUND: [
    'The tenant has no document with this id; it may have been deleted.',
    'List the documents of the tenant.'
  ],
  FILE_NOT_FOUND: [
    'The tenant has no file with this id; it may have been deleted. Or the stored bytes of a document are lost, or have another length than its file.',
    'List the files of the tenant. If the bytes are lost, the operator runs `npm run storage -- check --repair`, which marks the file; then upload the same content again, which restores them.'
  ],
  UPLOAD_NOT_FOUND: [
    'You have no resumable or direct upload with this id: it expired, it ended more than a day ago, or it belongs to another account.',
    'Create a new upload.'
  ],
  METHOD_NOT_ALLOWED: ['The path exists, but not with this method.', 'Use a method of the Allow header.'],
  NOT_ACCEPTABLE: [
    'The Accept header of a request for a stream of events does not name text/event-stream.',
    'Send Accept: text/event-stream, or read the feed, which is JSON.'
  ],
  REQUEST_TIMEOUT: [
    'The headers or the body arrived too slowly.',
    'Send the request again over a better connection.'
  ],
  EXTERNAL_ID_TAKEN: [
    'Another document of the tenant already has this external id; `details` names the id of that document. Or you sent other content to `by-external-id` than the document has.',
    'Change the other document, or use another external id.'
  ],
  EMAIL_TAKEN: ['An account with this e-mail address exists.', 'Log in, or use another address.'],
  ALREADY_MEMBER: [
    'The account is already a member of the tenant.',
    'Change the role of the member instead.'
  ],
  LAST_ADMIN: [
    'The change would leave a tenant without an active person as admin; service accounts do not count. For an account, `details` names the tenants.',
    'Make another person an admin first, or delete the tenant.'
  ],
  TENANT_PURGING: [
    'The operator is removing the deleted tenant and its data.',
    'Nothing; create a new tenant if you need one.'
  ],
  FILE_IN_USE: ['Documents still refer to the file.', 'Delete these documents first.'],
  TENANT_LIMIT_REACHED: [
    'Your account has created as many tenants as one account may.',
    'Delete a tenant and wait until it has been removed for good, or ask the operator.'
  ],
  TOO_MANY_KEYS: [
    'A service account can have 10 keys at once, not counting those that were revoked or have expired.',
    'Revoke a key that is not used any more.'
  ],
  TOO_MANY_WEBHOOKS: [
    'A tenant has at most 20 webhooks, disabled ones included.',
    'Delete one that is not needed, or let one receiver distribute the events.'
  ],
  TOO_MANY_EXPORTS: [
    'One export of a tenant is made at a time, and at most 3 are begun within 24 hours.',
    'List the exports: one that is ready can be downloaded until it expires.'
  ],
  EXPORT_NOT_READY: [
    'The export is still being made, has failed, or is no longer kept: archives are removed after 24 hours.',
    'Wait until its state is `ready`, or ask for another export.'
  ],
  EXPORT_TOO_LARGE: [
    'The API exports tenants of up to 64 GiB.',
    'The operator can export any tenant with `npm run tenants -- export`.'
  ],
  MEMBER_LIMIT_REACHED: ['The tenant has the maximum number of members.', 'Remove a member first.'],
  INVITATION_LIMIT_REACHED: [
    'The tenant has made 200 invitations within a day, withdrawn ones included, or so many mails to the address are waiting that no other could be sent within a day.',
    'Invite the others, or this address, tomorrow.'
  ],
  IDEMPOTENCY_IN_PROGRESS: [
    'Another request with the same Idempotency-Key has not finished.',
    'Send the same request again later; you get the answer of the first one.'
  ],
  OFFSET_MISMATCH: [
    'The Upload-Offset of a PATCH is not the number of bytes that are saved, for example because an earlier PATCH saved more than its client knows.',
    'Send HEAD and continue from its Upload-Offset.'
  ],
  PARTS_MISSING: [
    'You completed a direct upload, but the storage lacks some of its parts, or has them with another size. The details name up to 20.',
    'Ask for the URLs of these parts, send them, and complete the upload again. The list of parts says which are stored.'
  ],
  DIRECT_UPLOAD_UNAVAILABLE: [
    'A direct upload needs S3 as the storage, and this server keeps its objects on a disk.',
    'Use a resumable upload (tus), or send the file in one request.'
  ],
  UPLOAD_GONE: [
    'The resumable or direct upload has expired, has failed, or was finished more than an hour ago, or its document was deleted.',
    'Create a new upload, if you still need it.'
  ],
  CURSOR_EXPIRED: [
    'The next events were logged longer ago than events are kept (EVENT_RETENTION), or the database was restored from a backup.',
    'Read the current state from the lists, such as that of documents, then continue from oldest_cursor. Or take the cursor of `latest` before you read the state, and continue from there. To recover a webhook, send a later `since`.'
  ],
  TUS_VERSION_UNSUPPORTED: [
    'A request of a resumable upload has no Tus-Resumable header, or names a version other than 1.0.0.',
    'Send Tus-Resumable: 1.0.0; every client of tus 1.0 does.'
  ],
  INVITATION_EXPIRED: [
    'The token does not belong to an open invitation: the invitation was accepted or withdrawn, or is older than seven days.',
    'Ask the admin for a new invitation.'
  ],
  LINK_EXPIRED: ['The token of the mail is too old or altered, or it was used.', 'Ask for another mail.'],
  PRECONDITION_FAILED: [
    'If-Match or If-Unmodified-Since does not hold: what you fetched has changed since. A weak ETag (W/"…") never matches. PUT by external id also answers it if no document has the external id and you sent If-Match, or if one has it and you sent If-None-Match: *.',
    'Fetch it again, repeat your change on the new version, and send the new ETag. If no document has the external id, send the content without If-Match to create one.'
  ],
  BODY_TOO_LARGE: ['The body is larger than this endpoint accepts.', 'Send a smaller body.'],
  FILE_TOO_LARGE: [
    'The file is larger than the server accepts (MAX_UPLOAD_BYTES, or MAX_RESUMABLE_BYTES for resumable uploads).',
    'Upload a smaller file, or ask the operator to raise the limit.'
  ],
  QUOTA_EXCEEDED: [
    'The upload would exceed the limit of documents or bytes of the tenant. The usage of the tenant shows both.',
    'Delete documents, or ask the operator for a higher limit.'
  ],
  URI_TOO_LONG: ['The URL is longer than the server accepts.', 'Shorten the query.'],
  UNSUPPORTED_MEDIA_TYPE: [
    'The endpoint does not accept bodies of this Content-Type or Content-Encoding.',
    'Send a type that the endpoint lists in /openapi.yaml, without a Content-Encoding.'
  ],
  RANGE_NOT_SATISFIABLE: [
    'No byte of the file lies in the requested range.',
    'Read the size from Content-Range and request a range below it.'
  ],
  EXPECTATION_FAILED: [
    'The Expect header asks for something other than 100-continue.',
    'Remove the Expect header.'
  ],
  VALIDATION_ERROR: [
    'Fields, parameters or headers are missing, unknown, repeated or not of the expected form.',
    'Fix the values that details lists.'
  ],
  URL_REFUSED: [
    'The URL of a webhook is not https, has a user name or a password, a port below 1024 other than 80 and 443, or an address that is not public.',
    'Give the receiver a public address. An operator can allow others with WEBHOOK_ALLOW_NETWORKS and WEBHOOK_ALLOW_HTTP.'
  ],
  EMPTY_FILE: ['The uploaded file has no bytes.', 'Upload a file with content.'],
  CHECKSUM_MISMATCH: [
    'The received bytes differ from the declared digest (md5, Content-MD5, Content-Digest or Repr-Digest).',
    'Send the bytes again. If the error comes back, the client computes the digest of other bytes.'
  ],
  WRONG_PASSWORD: [
    'To change your password or delete your account, you must send the current password, and it was wrong.',
    'Ask the person for the current password again.'
  ],
  WEAK_PASSWORD: ['The new password is easy to guess.', 'Choose a longer or less common one.'],
  UPLOAD_LOCKED: [
    'The server cannot answer HEAD of a resumable upload at the moment: it is busy or restarting, or is finishing the upload. tus clients wait and ask again; any other error would make them start from the first byte.',
    'Wait some seconds and send HEAD again.'
  ],
  TOO_MANY_REQUESTS: [
    'The account or address has sent more requests than allowed. The header RateLimit shows what is left.',
    'Wait for the seconds in Retry-After, then send fewer requests.'
  ],
  TOO_MANY_FAILURES: [
    'Too many wrong passwords were tried for this account, or from this network. Even the right password is refused for a while, except from a device that sends its device token.',
    'Wait for the seconds in Retry-After, log in from a device that has logged in before, or have the operator reset the password.'
  ],
  IDEMPOTENCY_MISMATCH: [
    'The Idempotency-Key was used for a request with other content.',
    'Use a new key for each new request, and the old one only for retries.'
  ],
  HEADERS_TOO_LARGE: [
    'The request line and headers together are larger than the server accepts.',
    'Send fewer or shorter headers.'
  ],
  CHUNK_MISMATCH: [
    'The body of a PATCH does not have the digest that its Upload-Checksum declares. None of its bytes were saved.',
    'Send the same bytes again, at the same Upload-Offset.'
  ],
  INTERNAL_ERROR: [
    'An unexpected error occurred. The log has the cause under the request_id.',
    'Report the request_id to the operator.'
  ],
  NOT_IMPLEMENTED: [
    'The server does not know the HTTP method or the Transfer-Encoding.',
    'Use the methods in /openapi.yaml, and no Transfer-Encoding other than chunked.'
  ],
  TENANT_NOT_READY: ['The tenant is still being created or migrated.', 'Try again shortly.'],
  TENANT_NEWER: [
    'During an upgrade, the request reached a server of the old version after the tenant had been migrated.',
    'Try again shortly. Operators: finish the upgrade.'
  ],
  SERVERS_FULL: [
    'All database servers are closed to new tenants, or have reached their maximum.',
    'Try again later. Operators: add a server, or raise the maximum of one; see `npm run servers -- list`.'
  ],
  TENANT_MOVING: [
    'The tenant is being moved to another database server, and this is taking longer than usual.',
    'Try again shortly. Operators: see the move in `npm run tenants -- list`.'
  ],
  TENANT_BUSY: [
    'All database connections that tenants may use are in use.',
    'Try again shortly. Operators: see TENANT_MAX_CONNECTIONS.'
  ],
  DATABASE_UNAVAILABLE: ['PostgreSQL cannot be reached.', 'Try again shortly. Operators: check PostgreSQL.'],
  STORAGE_UNAVAILABLE: [
    'The object storage cannot be reached, or refuses to work.',
    'Try again shortly. Operators: check S3 or the disk.'
  ],
  KAFKA_UNAVAILABLE: ['Kafka cannot be reached.', 'Try again shortly. Operators: check Kafka.'],
  UPLOAD_INTERRUPTED: [
    'The upload took too long, so the server abandoned it and stored nothing; or another request continued or deleted the resumable upload, or the document of a PUT by external id.',
    'Upload the file again, with the same Idempotency-Key if you sent one. For a resumable upload, send HEAD and continue from its Upload-Offset.'
  ],
  AUTH_BUSY: ['Too many passwords or keys are waiting to be checked.', 'Try again shortly.'],
  UPLOADS_BUSY: ['Too many uploads are waiting.', 'Try again shortly, with fewer uploads at once.'],
  DOWNLOADS_BUSY: ['Too many downloads are waiting.', 'Try again shortly, with fewer downloads at once.'],
  TOO_MANY_STREAMS: [
    'A process of the server has reached its limit of open event streams, for the tenant or in all.',
    'Try again after Retry-After; meanwhile the feed has the same events. Close the streams that you no longer read.'
  ],
  EVENTS_NOT_READY: [
    'The installation is being upgraded, and a process of the earlier version, which logs no events, may still be running.',
    'Try again after the upgrade.'
  ],
  OVERLOADED: ['The server has more work than it can do in time.', 'Try again shortly.'],
  SHUTTING_DOWN: [
    'The server is stopping, for example because it is being upgraded.',
    'Try again shortly; another server or the new version answers.'
  ],
  HTTP_VERSION_UNSUPPORTED: [
    'The request uses HTTP/2 or another version that the server does not speak.',
    'Use HTTP/1.1, or a proxy that translates.'
  ]
}

/** Whether the same request may succeed when it is sent again: never, at once, or after the seconds in Retry-After. */
export type Retry = 'no' | 'yes' | 'after Retry-After'

const LOST_ON_THE_WAY = new Set<ErrorCode>([
  'CLIENT_GONE',
  'UPLOAD_ABORTED',
  'REQUEST_TIMEOUT',
  'CHECKSUM_MISMATCH'
])

/** Whether sending the same request again can help. */
export function retryOf(code: ErrorCode): Retry {
  if (passesByItself(code)) return 'after Retry-After'
  return LOST_ON_THE_WAY.has(code) ? 'yes' : 'no'
}
