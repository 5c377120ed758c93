import { createRequire } from 'node:module';

/**
 * Node's http, loaded when a relay is opened. Imported as an ES module it would be loaded by every command that a sandbox belongs to, and with all it
 * can export: reading `http.WebSocket` for that loads undici, 15 ms of every start.
 */
export const http = (): typeof import('node:http') =>
  createRequire(import.meta.url)('node:http') as typeof import('node:http');
