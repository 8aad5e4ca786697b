/** Who makes a change, and from where, as recorded in events and audit entries. */
export interface Actor {
  userId: string
  /** The address that the request came from; null for an operator at a terminal. */
  ip: string | null
  /** The user of a calling product on whose behalf a service acts, as the service names them; it grants no rights. */
  onBehalfOf: string | null
}
