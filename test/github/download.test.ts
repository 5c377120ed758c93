import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Answer, type Asked, answering, refused, type Scripted } from './server.ts';

const ARCHIVE = randomBytes(300_000);

const sends =
  (bytes: Buffer, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(200, headers);
    response.end(bytes);
  };

const asked = ({ path, authorization }: Asked): string[] => [path, authorization];

/** An API that redirects to a storage host of its own origin, which gives these answers one after the other. */
async function stored(
  answers: readonly Answer[],
  work: (api: Scripted, storage: Scripted, file: string) => Promise<void>,
) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  try {
    await answering(answers, (storage) =>
      answering(
        [{ status: 302, headers: { location: `${storage.url}/blob?sig=s3cret` } }],
        (api) => work(api, storage, join(folder, 'pack.zip')),
        { effects: { timeoutMs: 500 } },
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('an artifact', () => {
  it('is streamed to a file, digested, and asked for without the token', () =>
    stored([sends(ARCHIVE)], async (api, storage, file) => {
      const digest = `sha256:${createHash('sha256').update(ARCHIVE).digest('hex')}`;
      expect(await api.github.downloadArtifact(21, file)).toEqual({ bytes: ARCHIVE.length, digest });
      expect(readFileSync(file).equals(ARCHIVE)).toBe(true);
      expect(api.asked.map(asked)).toEqual([['/repos/acme/site/actions/artifacts/21/zip', 'token s3cret']]);
      expect(storage.asked.map(asked)).toEqual([['/blob?sig=s3cret', '']]);
    }));

  it.each<[string, Answer]>([
    ['the storage host fails', { status: 500 }],
    ['it hangs up', (_, response) => void response.destroy()],
    [
      'it stops in the middle',
      (_, response) => {
        response.writeHead(200, { 'content-length': '300000' });
        response.write(ARCHIVE.subarray(0, 1000));
        setTimeout(() => response.destroy(), 20);
      },
    ],
    [
      'it falls silent in the middle',
      (_, response) => {
        response.writeHead(200);
        response.write(ARCHIVE.subarray(0, 1000));
      },
    ],
  ])('is asked for anew, address and all, when %s', (_, fault) =>
    stored([fault, sends(ARCHIVE)], async (api, __, file) => {
      expect((await api.github.downloadArtifact(21, file)).bytes).toBe(ARCHIVE.length);
      expect(readFileSync(file).equals(ARCHIVE)).toBe(true);
      expect(api.asked).toHaveLength(2);
    }),
  );

  it('leaves nothing behind when it fails for good, and says no signed address', () =>
    stored([{ status: 503 }], async (api, storage, file) => {
      expect((await refused(api.github.downloadArtifact(21, file))).errors[0]?.at).toBe('artifact 21');
      expect(storage.asked).toHaveLength(3);
      expect(existsSync(file)).toBe(false);
    }));

  it('is given up above the limit', () =>
    stored([sends(ARCHIVE)], async (api, storage, file) => {
      expect((await refused(api.github.downloadArtifact(21, file, { maxBytes: 299_999 }))).message).toMatch(
        /more than 299999 bytes/,
      );
      expect(storage.asked).toHaveLength(1);
      expect(existsSync(file)).toBe(false);
      expect((await api.github.downloadArtifact(21, file, { maxBytes: 300_000 })).bytes).toBe(300_000);
    }));

  it('never overwrites a file', () =>
    stored([sends(ARCHIVE)], async (api, __, file) => {
      writeFileSync(file, 'mine');
      await expect(api.github.downloadArtifact(21, file)).rejects.toThrow(/EEXIST/);
      expect(readFileSync(file, 'utf8')).toBe('mine');
    }));

  it('is not looked for behind a second redirect', () =>
    stored([{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }], async (api, __, file) => {
      expect((await refused(api.github.downloadArtifact(21, file))).message).toMatch(/gave no answer/);
      expect(existsSync(file)).toBe(false);
    }));

  it.each<[string, Answer, RegExp]>([
    ['expired', { status: 410, body: { message: 'Artifact has expired' } }, /is gone.*expired/],
    [
      'redirected to a host in the clear',
      { status: 302, headers: { location: 'http://storage.example/x' } },
      /no address/,
    ],
    ['redirected to a file', { status: 302, headers: { location: 'file:///etc/passwd' } }, /no address/],
    ['not redirected', { status: 200, body: {} }, /no redirect/],
    ['redirected to nowhere', { status: 302 }, /no redirect/],
  ])('that is %s is an error', (_, answer, message) =>
    answering([answer], async ({ github }) => {
      expect((await refused(github.downloadArtifact(21, '/nonexistent/x'))).message).toMatch(message);
    }),
  );
});
