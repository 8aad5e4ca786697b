/** Identifies a move in both places. */
export interface MoveIdentity {
  tenantId: string
  /** The generation of the place that the tenant leaves. */
  generation: number
  /** The mover: a random id. */
  owner: string
}

const digits = ({ tenantId }: Pick<MoveIdentity, 'tenantId'>) => tenantId.replaceAll('-', '')

type Place = Pick<MoveIdentity, 'tenantId' | 'generation'>

/** The schema of a move's own tables in the place of this generation. */
export const moveSchema = (place: Place): string => `move_${digits(place)}_${place.generation}`

/** The name that a tenant's schema gets when the tenant leaves it. */
export const leftSchema = (place: Place): string => `moved_${digits(place)}_${place.generation}`

/** The name of a mover's sessions. */
export const sessionName = ({ tenantId }: Pick<MoveIdentity, 'tenantId'>): string =>
  `strongroom-move ${tenantId}`
