/**
 * The actions of audit entries, and when each is written. New actions may be added; existing ones keep their meaning.
 */
export const AUDIT_ACTIONS = {
  'user.registered': 'an account was created',
  'user.updated': 'a user changed their name; `previous` has the old values',
  'user.password_changed': 'a user changed their password',
  'user.password_recovered': 'a user set a new password with the link in a mail',
  'user.password_reset': 'an operator reset a password',
  'user.email_verified': 'a user opened the link that was sent to their address',
  'user.tenants_permitted': 'an operator permitted an account to create tenants',
  'user.tenants_forbidden': 'an operator withdrew that permission',
  'user.activated': 'an operator reactivated an account',
  'user.deactivated': 'an operator deactivated an account, so that it cannot log in',
  'user.deleted': 'an account was deleted',
  'user.erased': 'an operator erased a person',
  'user.operator_granted': 'a user became an operator',
  'user.operator_revoked': 'a user is no longer an operator',
  'auth.login': 'a session began',
  'auth.logout': 'a user logged out',
  'auth.token_reused': 'a session ended because an old refresh token was used again',
  'auth.password_refused':
    'a wrong password was sent; `failures` counts them, and `blocked` says whether further ones are refused',
  'session.ended':
    'a user ended a session from another one; with `reason`, it ended to make room for a new one',
  'access.refused':
    'a request was refused with 403; one entry per minute and route, and the target is the route',
  'tenant.created': 'a tenant was created',
  'tenant.updated': 'a tenant was renamed; `previous_name` has the old name',
  'tenant.deactivated': 'an admin deactivated a tenant',
  'tenant.reactivated': 'an admin reactivated a tenant',
  'tenant.deleted': 'a tenant was deleted',
  'tenant.limits_changed': 'an operator changed the limits of a tenant; `previous` has the old ones',
  'tenant.imported': 'an operator made the tenant from an export; `from` names the exported tenant',
  'tenant.moved': 'an operator moved a tenant to another place; `server` is where it is now',
  'tenant.restored':
    'an operator restored the documents and files from an archive; `restored_to` is when it was made',
  'tenant.purged': 'an operator purged a deleted tenant',
  'invitation.created': 'an admin invited someone, or renewed an invitation',
  'invitation.withdrawn': 'an admin withdrew an invitation',
  'member.added': 'a member was added, or accepted an invitation (`invitation_id`)',
  'member.role_changed': 'the role of a member changed',
  'member.removed': 'a member was removed or left',
  'service_account.created': 'a service account was created',
  'service_account.deleted': 'a service account was deleted, with its keys',
  'api_key.created': 'a key of a service account was created',
  'api_key.revoked': 'a key of a service account was revoked',
  'webhook.created': 'a webhook was created; `host` is the host of its URL',
  'webhook.updated': 'a webhook was changed, disabled or enabled',
  'webhook.deleted': 'a webhook was deleted',
  'webhook.secret_rotated': 'a webhook got a new secret; the previous one works for another day',
  'webhook.recovered': 'an admin had all events since a given time sent to a webhook again',
  'webhook.disabled': 'a webhook was disabled because its receiver failed; `reason` is `gone` or `failing`',
  'document.created': 'a document was uploaded',
  'document.updated': 'the name, the type or own data of a document changed; `previous` has the old values',
  'document.deleted': 'a document was deleted',
  'document.downloaded':
    'a user got the content of a document, a range of it, or a URL (`as`); one entry per document, user and hour, with `count`',
  'export.created': 'an admin asked for an export of the tenant',
  'export.downloaded': 'an admin got a URL of an export',
  'file.deleted': 'a file was deleted',
  'file.damaged': 'the storage does not hold the uploaded content',
  'operator.command': 'an operator ran a command; the target is the command',
  'dead_letters.replayed': 'an operator replayed dead letters',
  'dead_letters.discarded': 'an operator discarded dead letters'
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
