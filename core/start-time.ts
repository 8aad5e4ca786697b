/**
 * Milliseconds for each plugin of a process to start. Fastify's own limit is 10 s, which a busy machine exceeds while it
 * opens connections; each connection has a limit of its own, so this one only catches what would wait forever.
 */
export const PLUGIN_START_MS = 120_000
