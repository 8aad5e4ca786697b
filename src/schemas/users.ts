import { Type } from '@sinclair/typebox'
import { Id, Moment, nameOf, NO_NUL } from '../../core/formats.js'
import { patternSaying } from '../../core/validation/patterns.js'

/** Characters. */
export const MAX_PERSON_NAME_LENGTH = 100
export const PersonName = nameOf(MAX_PERSON_NAME_LENGTH, { title: 'PersonName', examples: ['Ada'] })

/** Surrounding white space is accepted and trimmed later. */
const emailLike = (pattern: RegExp, more: object = {}) =>
  Type.String({
    maxLength: 255,
    pattern: patternSaying(pattern, 'must be an e-mail address, such as ada@example.com'),
    format: 'mailbox',
    examples: ['ada@example.com'],
    ...more
  })

/** Its domain has letters of any script, digits and hyphens (RFC 5321 §4.1.2, RFC 6531). */
export const NewEmail = emailLike(
  /^\s*[^\s@<>()\[\],;:\\"\u0000-\u001f]+@[^\s\u0000-,./:-@\[-`{-\u007f]+(\.[^\s\u0000-,./:-@\[-`{-\u007f]+)+\s*$/u,
  { title: 'NewEmail', description: 'Stored trimmed, in lower case and in Unicode NFC' }
)

/** Also accepts addresses registered under earlier rules. */
export const Email = emailLike(
  /^\s*[^\s@<>()\[\],;:\\"\u0000-\u001f]+@[^\s@<>()\[\],;:\\"\u0000-\u001f.]+(\.[^\s@<>()\[\],;:\\"\u0000-\u001f.]+)+\s*$/u,
  { title: 'Email' }
)

export const NewPassword = Type.String({
  title: 'NewPassword',
  minLength: 8,
  // Bounds what is normalised; a password of 256 bytes may arrive decomposed, with more characters.
  maxLength: 1000,
  pattern: NO_NUL,
  format: 'text',
  description:
    'At least 8 characters and at most 256 bytes. Unicode forms and kinds of spaces make no difference. Common passwords, ' +
    'and those made of your name or e-mail address, are refused',
  examples: ['correct horse battery']
})

/** Also accepts passwords chosen under earlier rules. */
export const AnyPassword = Type.String({
  minLength: 1,
  maxLength: 1000,
  pattern: NO_NUL,
  format: 'text',
  examples: ['correct horse battery']
})

export const Session = Type.Object(
  {
    id: Id,
    user_agent: Type.Union([Type.String(), Type.Null()], {
      description: 'The User-Agent of the log-in',
      examples: ['curl/8.5.0']
    }),
    ip_address: Type.Union([Type.String(), Type.Null()], {
      description: 'The IP address that last used the session',
      examples: ['203.0.113.7']
    }),
    created_at: Moment,
    last_used_at: { ...Moment, description: 'When the session was last used, to within about a minute' },
    expires_at: { ...Moment, description: 'When the session ends unless you refresh it' },
    current: Type.Boolean({
      description: 'Whether this is the session that sent the request',
      examples: [true]
    })
  },
  { title: 'Session' }
)

export const AccountKind = Type.Union([Type.Literal('person'), Type.Literal('service')], {
  title: 'AccountKind',
  description: 'A person logs in; a service has keys',
  examples: ['person']
})

export const AccountEmail = Type.Union([Type.String(), Type.Null()], {
  description: 'Null for a service',
  examples: ['ada@example.com']
})

export const User = Type.Object(
  {
    id: Id,
    kind: AccountKind,
    email: AccountEmail,
    first_name: Type.String({ examples: ['Ada'] }),
    last_name: Type.String({ examples: ['Lovelace'] }),
    is_active: Type.Boolean({ description: 'If false, the account cannot log in', examples: [true] }),
    email_verified_at: Type.Union([Moment, Type.Null()]),
    created_at: Moment,
    updated_at: Moment
  },
  { title: 'User' }
)
