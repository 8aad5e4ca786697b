import { rowMover } from '../../db/move/row-mover.js'
import { createTenantMovesRepository } from '../../db/main/tenant-moves-repository.js'
import { createTenantMoving, type TenantMoving } from '../../src/services/tenants/tenant-move.js'
import type { Installation } from '../operator/installation.js'
import { osUser } from '../operator/record-command.js'

/** Moves tenants of an installation. */
export const movingOf = ({ main, router, places, config }: Installation): TenantMoving =>
  createTenantMoving({
    moves: createTenantMovesRepository(main),
    router,
    places,
    rowMover,
    grace: config.tenancy.moveGrace,
    osUser: osUser()
  })
