/** The steps at which a mover can die. */
export const STEPS = [
  ...['provisioning', 'preparing', 'logging', 'copying', 'catching up', 'comparing', 'closing', 'closed'],
  ...['switching', 'switched']
]

/** From here on, the old place is closed. */
export const CLOSED = ['closed', 'switching', 'switched']

/** In the middle of the objects of an archive. */
export const HALF_STORED = 'half stored'

/** Steps at which a restore can die; at those between them, it is a move like any other. */
export const RESTORE_STEPS = [
  ...['storing', HALF_STORED, 'provisioning', 'filling', 'copying', 'closing', 'closed', 'switched']
]
