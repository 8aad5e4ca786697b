/** What a move is recognised by in both places. */
export interface MoveIdentity {
  tenantId: string
  /** Of the place that the tenant leaves. */
  generation: number
  /** The mover: a random id. */
  owner: string
}

const digits = ({ tenantId }: Pick<MoveIdentity, 'tenantId'>) => tenantId.replaceAll('-', '')

type Place = Pick<MoveIdentity, 'tenantId' | 'generation'>

/** The schema in which a move keeps its tables, in the place of that generation. */
export const moveSchema = (place: Place): string => `move_${digits(place)}_${place.generation}`

/** What a tenant's schema is renamed to when the tenant leaves it. */
export const leftSchema = (place: Place): string => `moved_${digits(place)}_${place.generation}`

/** The name of a mover's sessions. */
export const sessionName = ({ tenantId }: Pick<MoveIdentity, 'tenantId'>): string =>
  `strongroom-move ${tenantId}`
