import type { FilledServer, Server, ServerRepository } from '../../../db/main/servers-repository.js'
import type { Places } from '../../../plugins/tenancy/places.js'
import { AppError } from '../../../core/errors.js'

export interface ServerChoiceDependencies {
  servers: Pick<ServerRepository, 'list' | 'listFilled'>
  places: Pick<Places, 'isKnown' | 'down'>
}

export interface ChosenServer {
  name: string
  /** Whether it has a maximum number of tenants. */
  isLimited: boolean
}

/**
 * Chooses the server of a new tenant.
 * @param wanted the name of the server; any by default
 * @param full names of servers that have filled up since they were chosen
 */
export type ChooseServer = (wanted?: string, full?: readonly string[]) => Promise<ChosenServer>

/**
 * New tenants go to the open server with the most room. A server without a maximum comes before all that have one;
 * among equals, the one with the fewest tenants comes first.
 */
export function createServerChoice({ servers, places }: ServerChoiceDependencies): ChooseServer {
  const canTake = ({ name, state }: Server) => state === 'open' && places.isKnown(name)

  return async (wanted, full = []) => {
    const open = (await servers.list()).filter(canTake)
    const [first, ...others] = open
    if (wanted === undefined && first?.max_tenants === null && others.length === 0)
      return { name: first.name, isLimited: false }
    if (wanted !== undefined && !open.some(({ name }) => name === wanted))
      throw refused('must be the name of an open server')
    const withRoom = (await servers.listFilled()).filter(
      (server) =>
        canTake(server) &&
        roomOf(server) > 0 &&
        !full.includes(server.name) &&
        (wanted ?? server.name) === server.name
    )
    // If all are down, the worker finishes the tenant once its server is back.
    const down = withRoom.length > 1 ? await places.down() : []
    const up = withRoom.filter(({ name }) => !down.includes(name))
    const [best] = (up.length > 0 ? up : withRoom).sort(byRoom)
    if (best !== undefined) return { name: best.name, isLimited: best.max_tenants !== null }
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
