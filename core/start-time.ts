/**
 * Milliseconds for each plugin of a process to start. Fastify's own limit is 10 s, which a busy machine exceeds while it
 * opens connections. Each connection has its own limit, so this one only catches plugins that would wait forever.
 */
export const PLUGIN_START_MS = 120_000
