import type { FilledServer, Server, ServerRepository } from '../../../db/main/servers-repository.js'
import type { Places } from '../../../plugins/tenancy/places.js'
import { AppError } from '../../../core/errors.js'

export interface ServerChoiceDependencies {
  servers: Pick<ServerRepository, 'list' | 'listFilled'>
  places: Pick<Places, 'isKnown' | 'down'>
}

/** Chooses the server of a new tenant. @param wanted by its name; undefined: any */
export type ChooseServer = (wanted?: string) => Promise<string>

/**
 * New tenants go to the open server with the most room: one without a maximum comes before all that have one, then the
 * one with the fewest tenants. The maximum is for planning: creations at the same moment may exceed it by a few.
 */
export function createServerChoice({ servers, places }: ServerChoiceDependencies): ChooseServer {
  const canTake = ({ name, state }: Server) => state === 'open' && places.isKnown(name)

  return async (wanted) => {
    const open = (await servers.list()).filter(canTake)
    const [first, ...others] = open
    if (wanted === undefined && first?.max_tenants === null && others.length === 0) return first.name
    if (wanted !== undefined && !open.some(({ name }) => name === wanted))
      throw refused('must be the name of an open server')
    const withRoom = (await servers.listFilled()).filter(
      (server) => canTake(server) && roomOf(server) > 0 && (wanted ?? server.name) === server.name
    )
    // If all are down, the tenant is finished when its server is back.
    const down = withRoom.length > 1 ? await places.down() : []
    const up = withRoom.filter(({ name }) => !down.includes(name))
    const [best] = (up.length > 0 ? up : withRoom).sort(byRoom)
    if (best !== undefined) return best.name
    throw wanted === undefined ? new AppError('SERVERS_FULL') : refused('names a server that is full')
  }
}

const refused = (message: string) =>
  new AppError('VALIDATION_ERROR', { details: [{ field: '/server', message }] })

const roomOf = ({ max_tenants, tenants }: FilledServer) =>
  max_tenants === null ? Infinity : max_tenants - tenants

function byRoom(a: FilledServer, b: FilledServer): number {
  const [roomA, roomB] = [roomOf(a), roomOf(b)]
  return roomA === roomB ? a.tenants - b.tenants : roomB - roomA
}
