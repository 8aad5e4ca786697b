/** The steps at which a mover can die. */
export const STEPS = [
  ...['provisioning', 'preparing', 'logging', 'copying', 'catching up', 'comparing', 'closing', 'closed'],
  ...['switching', 'switched']
]
