/**
 * Locks an account ($1) before its sessions are ended, by a statement of its own: so the one that ends them sees
 * those that were being started, and a log-in that comes later finds what was changed.
 */
export const LOCK_ACCOUNT = 'select from users where id = $1 for no key update'
