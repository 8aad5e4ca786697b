import type { Test } from 'tap'
import { captureLog, createTenant, signUp, startApi, uploaded, type Answer } from '../helpers/api.js'
import { createInstallation, MANY_GUESSES } from '../helpers/installation.js'

/** An API with a tenant and a document in it, whose log is looked at in the end. */
export async function startHostile(t: Test) {
  const { config } = await createInstallation(t, {
    // Wrong passwords are among what is tried.
    ...MANY_GUESSES
  })
  const log = captureLog()
  const { url } = await startApi(t, config, log.logger)
  const admin = await signUp(url)
  const tenant = await createTenant(admin)
  const documents = `/api/tenants/${tenant.id}/documents`
  const document = await uploaded(admin, tenant.id, 'content', { filename: 'a.txt' })
  return { url, log, admin, tenant, documents, document }
}

/** Whatever the answer is: it is no 5xx, and an error is an envelope that says what to do. */
export function sane(t: Test, answer: Answer<unknown>, what: string): void {
  const { status, body, headers } = answer
  if (status < 400) return void t.equal(body.success, true, `${what}: ${status}`)
  const { code, message, details, request_id } = body.error
  const good =
    status < 500 &&
    !body.success &&
    /^[A-Z_]+$/.test(code) &&
    message.length > 0 &&
    request_id === headers.get('x-request-id') &&
    (code !== 'VALIDATION_ERROR' ||
      (details ?? []).some((detail) => detail.field.startsWith('/') && detail.message))
  t.ok(good, `${what}: ${status} ${JSON.stringify(body.error)}`.slice(0, 300))
}

/** For the names of tests: TAP cannot hold every character. */
export const visible = (text: string) => encodeURIComponent(text.replace(/\p{Cs}/gu, '�')).slice(0, 60)
