import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { text as readText } from 'node:stream/consumers';
import type { Artifact } from '../world/types.ts';

const LIFE_MS = 600_000;

interface Signed {
  artifact: Artifact;
  may: 'r' | 'w';
  until: number;
}

/** The storage host: archives behind signed addresses, with the part of Azure's blob protocol that `@azure/storage-blob` uploads with. */
export class Storage {
  readonly #signed = new Map<string, Signed>();
  readonly #url: () => string;
  readonly #now: () => number;

  constructor(url: () => string, now: () => number) {
    this.#url = url;
    this.#now = now;
  }

  sign(artifact: Artifact, may: 'r' | 'w'): string {
    const sig = randomBytes(16).toString('base64');
    const until = this.#now() + LIFE_MS;
    this.#signed.set(sig, { artifact, may, until });
    const query = new URLSearchParams({ se: new Date(until).toISOString(), sp: may, sig });
    return `${this.#url()}/blobs/${artifact.id}/${encodeURIComponent(artifact.name)}.zip?${query.toString()}`;
  }

  async serve(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const signed = this.#signed.get(url.searchParams.get('sig') ?? '');
    const may = request.method === 'PUT' ? 'w' : 'r';
    const isFine =
      signed?.may === may && signed.until > this.#now() && url.pathname.startsWith(`/blobs/${signed.artifact.id}/`);
    if (signed === undefined || !isFine) return refuse(response, 403, 'AuthenticationFailed');
    // Azure does not take a signature and a token together: whoever sends GitHub's token on has leaked it.
    if (request.headers.authorization !== undefined) return refuse(response, 400, 'InvalidAuthenticationInfo');
    if (may === 'w') return await this.#write(request, response, url, signed.artifact.file);
    if (signed.artifact.expired || !existsSync(signed.artifact.file)) return refuse(response, 404, 'BlobNotFound');
    response.writeHead(200, {
      'content-type': 'application/zip',
      'content-length': statSync(signed.artifact.file).size,
      'content-disposition': `attachment; filename="${encodeURIComponent(signed.artifact.name)}.zip"`,
    });
    await pipeline(createReadStream(signed.artifact.file), response).catch(() => undefined);
  }

  async #write(request: IncomingMessage, response: ServerResponse, url: URL, file: string): Promise<void> {
    const blocks = `${file}.blocks`;
    const nameOf = (id: string): string => join(blocks, Buffer.from(id).toString('hex'));
    switch (url.searchParams.get('comp')) {
      case 'block':
        mkdirSync(blocks, { recursive: true });
        await pipeline(request, createWriteStream(nameOf(url.searchParams.get('blockid') ?? '')));
        break;
      case 'blocklist': {
        const list = await readText(request);
        rmSync(file, { force: true });
        await appendFile(file, '');
        for (const [, id = ''] of list.matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]+)</g)) {
          if (!existsSync(nameOf(id))) return refuse(response, 400, 'InvalidBlockList');
          await appendFile(file, readFileSync(nameOf(id)));
        }
        rmSync(blocks, { recursive: true, force: true });
        break;
      }
      case null:
        await pipeline(request, createWriteStream(file));
        break;
      default:
        return refuse(response, 400, 'UnsupportedQueryParameter');
    }
    response.writeHead(201, {
      etag: '"0x1"',
      'x-ms-request-id': randomBytes(8).toString('hex'),
      'x-ms-version': '2024-11-04',
    });
    response.end();
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml', 'x-ms-error-code': code });
  response.end(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`);
}
