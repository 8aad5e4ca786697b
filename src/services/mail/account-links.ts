import { createHash } from 'node:crypto'
import type { LinkPurpose, LinkTokens } from '../../../plugins/mail/link-tokens.js'

/** A link to the page for accounts, and the token that it carries. */
export interface AccountLink {
  token: string
  /** Null without such a page (ACCOUNT_URL). */
  link: string | null
}

/** The parameter `for` of the link: what the page should do with the token. */
const FOR: Record<LinkPurpose, string> = {
  mailedInvitation: 'invitation',
  shownInvitation: 'invitation',
  address: 'address',
  password: 'password'
}

export type AccountLinks = ReturnType<typeof createAccountLinks>

/**
 * Makes links with tokens. The token is in the fragment, which browsers do not send, so no log contains it.
 * @param accountUrl of the page; undefined if there is none
 */
export function createAccountLinks(tokens: LinkTokens, accountUrl: string | undefined) {
  return {
    /** @param bound see {@link LinkTokens} */
    make(purpose: LinkPurpose, id: string, bound?: string): AccountLink {
      const token = tokens.sign(purpose, { id, issuedAt: Math.floor(Date.now() / 1000) }, bound)
      const link = accountUrl === undefined ? null : `${accountUrl}#token=${token}&for=${FOR[purpose]}`
      return { token, link }
    }
  }
}

/** What a link for a new password is bound to: it works until the password changes, and so only once. */
export const passwordState = (passwordHash: string) => createHash('sha256').update(passwordHash).digest('hex')
