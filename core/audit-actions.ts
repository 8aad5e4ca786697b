/**
 * The actions of audit entries, and when each is written. New actions may be added; existing ones keep their meaning.
 */
export const AUDIT_ACTIONS = {
  'user.registered': 'an account was made',
  'user.updated': 'somebody changed their own name; `previous` has the old values',
  'user.password_changed': 'somebody changed their password',
  'user.password_reset': 'an operator set another password',
  'user.activated': 'an operator let an account log in again',
  'user.deactivated': 'an operator lets nobody log in to an account',
  'user.deleted': 'an operator deleted an account',
  'auth.login': 'a session began',
  'auth.logout': 'a session was ended by its log-out',
  'auth.token_reused': 'a session was ended since an old refresh token came back',
  'auth.password_refused': 'a wrong password; `failures` in a row, `blocked` when that was too many',
  'session.ended': 'a session was ended from another one; with `reason`, to make room for one that began',
  'access.refused': 'somebody lacked a right (403), once a minute for each route; the target is the route',
  'tenant.created': 'a tenant was created',
  'tenant.updated': 'a tenant was renamed; `previous_name` has the old name',
  'tenant.deactivated': 'an admin made a tenant inactive',
  'tenant.reactivated': 'an admin made a tenant active again',
  'tenant.deleted': 'a tenant was deleted',
  'tenant.limits_changed': 'an operator set what a tenant may hold; `previous` has the old limits',
  'tenant.purged': 'an operator removed a deleted tenant for good',
  'member.added': 'somebody became a member',
  'member.role_changed': 'a member got another role',
  'member.removed': 'somebody is no member any more',
  'document.created': 'a document was uploaded',
  'document.updated': 'a document got another name or type; `previous` has the old values',
  'document.deleted': 'a document was deleted',
  'document.downloaded':
    'somebody got a document, `as` its content (or a range of it) or a URL: one entry for each user and hour, with `count`',
  'file.deleted': 'a file was deleted',
  'file.damaged': 'the storage does not hold what was uploaded',
  'operator.command': 'an operator ran a command; the target is the command',
  'dead_letters.replayed': 'an operator sent dead letters to their topic again',
  'dead_letters.discarded': 'an operator took dead letters off the list'
} as const

/** Actions whose entries are visible only in the database: they belong neither to a tenant nor to an account. */
const OF_THE_INSTALLATION: readonly string[] = [
  'operator.command',
  'dead_letters.replayed',
  'dead_letters.discarded'
]

/** The actions that the API can return, as Markdown. */
export const AUDIT_ACTIONS_TEXT = Object.entries(AUDIT_ACTIONS)
  .filter(([action]) => !OF_THE_INSTALLATION.includes(action))
  .map(([action, when]) => `- \`${action}\`: ${when}`)
  .join('\n')
