import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { type Digest, usage } from '../contracts/index.ts';
import { failedWith, failure, GitHubFailure } from './failure.ts';
import { checkedUrl, type Effects, type Transport } from './transport.ts';
import type { Downloaded, Repository } from './types.ts';

const ROUTE = 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}';
const TRIES = 3;

export interface Wanted {
  id: number;
  file: string;
  maxBytes: number;
}

/**
 * GitHub redirects to a signed address on a storage host; our token stays behind. Signed addresses expire, so every try asks for a new one. Their query is a
 * credential of its own and never gets into a message.
 */
export async function downloadArtifact(
  transport: Transport,
  effects: Effects,
  { owner, name }: Repository,
  wanted: Wanted,
): Promise<Downloaded> {
  const parameters = { owner, repo: name, artifact_id: wanted.id, archive_format: 'zip' };
  const at = `artifact ${wanted.id}`;
  for (let tries = 1; ; tries += 1) {
    const address = await transport.location(ROUTE, parameters);
    try {
      return await fetchFile(effects, checkedUrl(address), wanted, at);
    } catch (error) {
      const isForGood = !(error instanceof GitHubFailure) || failedWith(error, 404, 410);
      if (isForGood || tries === TRIES) throw error;
      await effects.sleep(1000 * tries * (0.5 + effects.random()));
    }
  }
}

async function fetchFile(effects: Effects, address: string, wanted: Wanted, at: string): Promise<Downloaded> {
  const quiet = new AbortController();
  const timer = setTimeout(() => quiet.abort(), effects.timeoutMs);
  const file = await open(wanted.file, 'wx', 0o600);
  try {
    // No headers of ours; identity, so that the bytes are those that were digested; a second redirect is refused.
    const options: RequestInit = {
      headers: { 'accept-encoding': 'identity' },
      redirect: 'error',
      signal: quiet.signal,
    };
    const response = await effects.fetch(address, options).catch((error: unknown) => {
      throw broken(at, error);
    });
    if (response.status !== 200 || response.body === null) {
      throw failure({ at, status: response.status, message: 'the storage host refuses', headers: {} });
    }
    return await store(response, file, wanted.maxBytes, at, () => timer.refresh());
  } catch (error) {
    await rm(wanted.file, { force: true });
    throw error;
  } finally {
    clearTimeout(timer);
    quiet.abort();
    await file.close();
  }
}

async function store(
  response: Response,
  file: FileHandle,
  maxBytes: number,
  at: string,
  heard: () => void,
): Promise<Downloaded> {
  const announced = response.headers.get('content-length');
  const hash = createHash('sha256');
  let bytes = 0;
  const chunks = chunksOf(response, at);
  for await (const chunk of chunks) {
    heard();
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw usage(
        `The archive has more than ${maxBytes} bytes`,
        at,
        'Raise the limit, or lower what the packet collects.',
      );
    }
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  if (announced !== null && Number(announced) !== bytes) throw broken(at, new Error('the archive broke off'));
  return { bytes, digest: `sha256:${hash.digest('hex')}` as Digest };
}

/** The body, piece by piece; a connection that ends early or falls silent is a failure that another try may mend. */
async function* chunksOf(response: Response, at: string): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read().catch((error: unknown) => {
      throw broken(at, error);
    });
    if (next === undefined || next.done) return;
    yield next.value;
  }
}

/** Without the address, which undici quotes. */
const broken = (at: string, error: unknown): GitHubFailure => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown }).code;
  return failure({
    at,
    status: null,
    message: typeof code === 'string' ? code : 'the connection broke off',
    headers: {},
  });
};
