import { describe, expect, it } from '@jest/globals';
import type { RepoPath } from '../../src/contracts/index.ts';
import { type ChangedContent, inspect, type SecretHit, scanSecrets } from '../../src/inspect/index.ts';

/** Made here, so that no file of this repository holds one. */
const AWS = ['AKIA', 'QWERTYUIOPASDFGH'].join('');
const TOKEN = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');
const ED25519 = [
  '-----BEGIN PRIVATE',
  ' KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----\n',
].join('');

type Side = [path: string, side: 'before' | 'after', content: string | Buffer];

async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

async function* contents(sides: readonly Side[]): AsyncGenerator<ChangedContent> {
  for (const [path, side, content] of sides) {
    yield { path: path as RepoPath, side, chunks: pieces(Buffer.from(content as string)) };
  }
}

const scan = (...sides: Side[]): Promise<SecretHit[]> => scanSecrets(contents(sides), []);
const each = (text: string, form: (byte: string) => string): string =>
  [...Buffer.from(text)].map((byte) => form(byte.toString(16).padStart(2, '0'))).join('');
const half = (text: string): [string, string] => [text.slice(0, 20), text.slice(20)];

const FORMS: [name: string, content: string | Buffer, form: SecretHit['form'], line: number][] = [
  ['as it is', `x\nkey = ${AWS}\n`, 'raw', 2],
  ['in quotes', `const t = "${TOKEN}";`, 'raw', 1],
  ['a private key', `\n\n${ED25519}`, 'raw', 3],
  ['a private key in JSON', `{"key": ${JSON.stringify(ED25519)}}`, 'raw', 1],
  ['an npm token', '//registry.example.com/:_authToken=abcdef0123456789abcdef\n', 'raw', 1],
  ['a password in a URL', 'https://bob:hunter2secret@example.com/x\n', 'raw', 1],
  [
    'behind a directive that switches secretlint off',
    `// secretlint-disable\n${AWS} // secretlint-disable-line\n`,
    'raw',
    2,
  ],
  ['in UTF-16', Buffer.from(`key ${AWS}`, 'utf16le'), 'raw', 1],
  ['after 400 kB', `${'some words here\n'.repeat(25_000)}${AWS}\n`, 'raw', 25_001],
  ['base64', `a: 1\nd: ${Buffer.from(`token ${TOKEN}`).toString('base64')}\n`, 'base64', 2],
  ['base64 for URLs, behind a path', `data/x${Buffer.from(`>>>???${TOKEN}`).toString('base64url')}`, 'base64', 1],
  [
    'base64 in wrapped lines',
    (
      Buffer.from(`${'-'.repeat(50)}${TOKEN}`)
        .toString('base64')
        .match(/.{1,32}/g) ?? []
    ).join('\n'),
    'base64',
    1,
  ],
  ['base64 of base64', Buffer.from(Buffer.from(`token: ${TOKEN}`).toString('base64')).toString('base64'), 'base64', 1],
  ['hex', each(AWS, (byte) => byte), 'hex', 1],
  ['hex escapes', `"${each(AWS, (byte) => `\\x${byte}`)}"`, 'hex', 1],
  ['percent encoding', each(TOKEN, (byte) => `%${byte}`), 'url', 1],
  ['one letter percent-encoded', `u=${TOKEN.replace('_', '%5F')}`, 'url', 1],
  ['concatenated', `const t = "${half(TOKEN).join('" + "')}";`, 'split', 1],
  ['concatenated over two lines', `x\nconst t = '${half(TOKEN).join("' +\n  '")}';`, 'split', 2],
  [
    'in three variables',
    `a = "${TOKEN.slice(0, 9)}"\nf(1)\nb = "${TOKEN.slice(9, 20)}"\nc = "${TOKEN.slice(20)}"\n`,
    'split',
    4,
  ],
  ['on adjacent lines', `${half(TOKEN).join('\n')}\n`, 'split', 2],
  ['folded in YAML', `key: >-\n  ${TOKEN.slice(0, 9)}\n  ${TOKEN.slice(9, 20)}\n  ${TOKEN.slice(20)}\n`, 'split', 4],
];

describe('secrets in changed content', () => {
  it.each(FORMS)('%s', async (_, content, form, line) => {
    const hits = await scan(['src/file', 'after', content]);
    expect(hits).toContainEqual(expect.objectContaining({ path: 'src/file', form, line }));
    // Neither a hit nor the finding made of it holds the secret, in any form.
    const { findings } = inspect({
      changes: [],
      tree: [],
      symlinks: new Map(),
      leftovers: [],
      walkFindings: [],
      allowed: [],
      forbidden: [],
      allowProtected: [],
      scratch: [],
      limits: { changed_files: 1, patch_bytes: 1 },
      patchBytes: 0,
      expectsChanges: false,
      secrets: hits,
    });
    expect(findings[0]).toMatchObject({ code: 'secret_detected', at: 'src/file' });
    for (const part of [AWS.slice(4), TOKEN.slice(4, 24), 'hunter2', 'abcdef0123'])
      expect(JSON.stringify(findings)).not.toContain(part);
  });

  it('split over two changed files', async () => {
    const [first, second] = half(TOKEN);
    expect(await scan(['a.txt', 'after', first], ['b.txt', 'after', second])).toMatchObject([
      { path: 'b.txt', form: 'split' },
    ]);
    const hits = await scan(
      ['a.js', 'after', `export default "${first}";\n`],
      ['b.js', 'after', `export default "${second}";\n`],
    );
    expect(hits).toMatchObject([{ path: 'b.js', form: 'split' }]);
  });

  it('in the name of a file', async () => {
    const hits = await scanSecrets(contents([]), [`notes/${TOKEN}.txt` as RepoPath]);
    expect(hits).toMatchObject([{ form: 'name', line: null }]);
  });

  it('what the base already holds is not reported, what is new beside it is', async () => {
    expect(await scan(['a', 'before', `k ${AWS}`], ['a', 'after', `more\nk ${AWS}\n`])).toEqual([]);
    expect(await scan(['a', 'before', `k ${AWS}`], ['a', 'after', `k ${AWS}\n${TOKEN}`])).toMatchObject([{ line: 2 }]);
    expect(await scan(['a', 'before', `k ${AWS}`], ['b', 'after', `k ${AWS}`])).toMatchObject([{ path: 'b' }]);
  });

  it('ordinary code, lock files and encoded pictures are not reported', async () => {
    const code =
      'import { readFile } from "node:fs";\nconst sum = (a, b) => a + b; // secret ingredient: none\n'.repeat(50);
    const lock = `"integrity": "sha512-${Buffer.alloc(64, 7).toString('base64')}"\n`.repeat(50);
    const picture = Buffer.from(Array.from({ length: 30_000 }, (_, n) => (n * 7919) % 251)).toString('base64');
    expect(await scan(['a.js', 'after', code], ['lock.json', 'after', lock], ['p.txt', 'after', picture])).toEqual([]);
  });
});
