/** The steps at which a mover can die. */
export const STEPS = [
  ...['provisioning', 'preparing', 'logging', 'copying', 'catching up', 'comparing', 'closing', 'closed'],
  ...['switching', 'switched']
]

/** The steps at which the old place is closed already. */
export const CLOSED = ['closed', 'switching', 'switched']

/** The step in the middle of an archive's objects. */
export const HALF_STORED = 'half stored'

/** The steps at which a restore is killed; at the steps left out, it does not differ from a move. */
export const RESTORE_STEPS = [
  ...['storing', HALF_STORED, 'provisioning', 'filling', 'copying', 'closing', 'closed', 'switched']
]
