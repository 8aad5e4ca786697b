import type { Test } from 'tap'
import { captureLog, createTenant, signUp, startApi, uploaded, type Answer } from '../helpers/api.js'
import { createInstallation, MANY_GUESSES } from '../helpers/installation.js'

/** An API with a tenant and a document, and a log that the tests check at the end. */
export async function startHostile(t: Test) {
  const { config } = await createInstallation(t, {
    // The tests also try wrong passwords.
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

/** Asserts that an answer is no 5xx, and that an error has a complete envelope. */
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

/** Text for messages of tests: TAP cannot hold every character. */
export const visible = (text: string) => encodeURIComponent(text.replace(/\p{Cs}/gu, '�')).slice(0, 60)
