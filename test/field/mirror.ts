import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from './registry.ts';

/**
 * A read-only mirror of npm's registry on loopback, plain HTTP: for machines whose registry lies at an address that the relay lets nobody reach by name
 * (a private or reserved one). The packet then names `localhost:PORT`. Addresses of tarballs are rewritten to the mirror's own.
 */
export async function mirror(upstream: string): Promise<Registry & { server: Server }> {
  const base = upstream.endsWith('/') ? upstream : `${upstream}/`;
  const server = createServer((request, response) => {
    const own = `http://localhost:${(server.address() as AddressInfo).port}/`;
    const pass = async (): Promise<void> => {
      const answer = await fetch(base + (request.url ?? '/').slice(1), {
        headers: { accept: request.headers.accept ?? '*/*' },
      });
      const json = answer.headers.get('content-type')?.includes('json') ?? false;
      const body = json ? (await answer.text()).replaceAll(base, own) : Buffer.from(await answer.arrayBuffer());
      response
        .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
        .end(body);
    };
    if (request.method !== 'GET') response.writeHead(405).end();
    else pass().catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const endpoint = `localhost:${(server.address() as AddressInfo).port}`;
  return { url: `http://${endpoint}/`, endpoint, server };
}
