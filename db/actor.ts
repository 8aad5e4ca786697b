/** Who makes a change, and from where: what events and audit entries say of it. */
export interface Actor {
  userId: string
  /** The address that the request came from; null: it was an operator at a terminal. */
  ip: string | null
  /** The user of a calling product for whom a service makes it, as the service names them; it grants nothing. */
  onBehalfOf: string | null
}
