import { createPrivateKey, sign as signBytes } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publicKey } from '../../src/evidence/index.ts';
import {
  check,
  keyPair,
  lay,
  type Pack,
  type SignedPacks,
  signedPacks,
  statementOf,
} from '../evidence/signed-packs.ts';

let packs: SignedPacks;
beforeAll(async () => {
  packs = await signedPacks();
});
afterAll(() => packs.here.remove());

const TYPE = 'application/vnd.in-toto+json';
const base64 = (bytes: string | Buffer): string => Buffer.from(bytes).toString('base64');

const statement = (more: object): string => JSON.stringify({ ...statementOf(packs.local), ...more });
const of = (runId: string, digest: string): string => JSON.stringify(statementOf({ runId, digest }));
const subjects = (pack: Pack): unknown[] => statementOf(pack).subject as unknown[];

describe('an ed25519 signature that is none of this pack', () => {
  const mine = keyPair();
  const key = publicKey(mine.publicPem, 'PUB');

  interface Envelope {
    payloadType: string;
    payload: string;
    signatures: { keyid: string; sig: string }[];
  }
  /** An envelope made by hand: what is not said is as it should be. */
  function envelope(more: {
    payload?: string;
    type?: string;
    pem?: string;
    keyid?: string;
    over?: (type: string, payload: string) => string;
  }): Envelope {
    const {
      payload = JSON.stringify(statementOf(packs.local)),
      type = TYPE,
      pem = mine.privatePem,
      keyid = key.id,
    } = more;
    const { over = (t, p) => `DSSEv1 ${t.length} ${t} ${Buffer.byteLength(p)} ${p}` } = more;
    const sig = signBytes(null, Buffer.from(over(type, payload)), createPrivateKey(pem));
    return { payloadType: type, payload: base64(payload), signatures: [{ keyid, sig: base64(sig) }] };
  }

  it('is accepted as made by hand with nothing wrong', async () => {
    lay(packs.local, { 'mine.dsse.json': envelope({}) });
    expect(await check(packs.local, { keys: [key] })).toMatchObject({ ok: true, errors: [] });
  });

  it.each<[string, () => unknown, RegExp]>([
    ['by another key', () => envelope({ pem: keyPair().privatePem }), /not signed with the key/],
    ['by another key that says so', () => other(), /a key that was not named/],
    [
      'of another pack',
      () => envelope({ payload: of(packs.hosted.runId, packs.hosted.digest) }),
      /is not the statement/,
    ],
    [
      'of another digest',
      () => envelope({ payload: of(packs.local.runId, packs.hosted.digest) }),
      /is not the statement/,
    ],
    ['of another run', () => envelope({ payload: of(packs.hosted.runId, packs.local.digest) }), /is not the statement/],
    [
      'with its payload swapped',
      () => ({ ...envelope({}), payload: envelope({ payload: of('run-1', 'sha256:') }).payload }),
      /is not the statement/,
    ],
    [
      'with its payload written otherwise',
      () => ({ ...envelope({}), payload: base64(` ${statement({})}`) }),
      /not signed with the key/,
    ],
    [
      'of two packs',
      () => envelope({ payload: statement({ subject: [...subjects(packs.hosted), ...subjects(packs.local)] }) }),
      /is not the statement/,
    ],
    ['of no pack', () => envelope({ payload: statement({ subject: [] }) }), /is not the statement/],
    [
      'with more to believe',
      () => envelope({ payload: statement({ predicate: { status: 'pass' } }) }),
      /is not the statement/,
    ],
    ['with members of its own', () => envelope({ payload: statement({ approved: true }) }), /is not the statement/],
    [
      'with another predicate',
      () => envelope({ payload: statement({ predicateType: 'https://slsa.dev/provenance/v1' }) }),
      /is not the statement/,
    ],
    [
      'with a key twice in its payload',
      () => envelope({ payload: statement({}).replace('{', '{"predicate":{"a":1},') }),
      /stands twice/,
    ],
    [
      'with bytes that are no text',
      () => ({ ...envelope({}), payload: base64(Buffer.from([0xff, 0xfe])) }),
      /not UTF-8/,
    ],
    ['with nothing in it', () => envelope({ payload: '' }), /no statement/],
    ['of another payload type', () => envelope({ type: 'application/json' }), /\/payloadType: must be/],
    [
      'with its payload type swapped',
      () => ({ ...envelope({ type: 'text/plain' }), payloadType: TYPE }),
      /not signed with the key/,
    ],
    ['over the payload alone', () => envelope({ over: (_, payload) => payload }), /not signed with the key/],
    [
      'over lengths in another base',
      () => envelope({ over: (t, p) => `DSSEv1 ${t.length.toString(16)} ${t} ${p.length} ${p}` }),
      /not signed with the key/,
    ],
    [
      'over another version of the protocol',
      () => envelope({ over: (t, p) => `DSSEv2 ${t.length} ${t} ${p.length} ${p}` }),
      /not signed with the key/,
    ],
    [
      'with a second signature',
      () => ({ ...envelope({}), signatures: [...envelope({}).signatures, ...other().signatures] }),
      /\/signatures: must have at most 1/,
    ],
    ['with no signature', () => ({ ...envelope({}), signatures: [] }), /\/signatures: must not be empty/],
    [
      'with no key id',
      () => ({ ...envelope({}), signatures: [{ sig: envelope({}).signatures[0]?.sig }] }),
      /"keyid" is missing/,
    ],
    [
      'with a short signature',
      () => ({ ...envelope({}), signatures: [{ keyid: key.id, sig: base64('short') }] }),
      /must match/,
    ],
    ['with URL-safe letters', () => ({ ...envelope({}), payload: 'e-_-' }), /must match/],
    ['with a key twice', () => JSON.stringify(envelope({})).replace('{', '{"payload":"",'), /stands twice/],
    ['with members of its own outside', () => ({ ...envelope({}), certificate: '' }), /is not a member/],
    ['that is not JSON', () => 'signed, me', /not JSON/],
    ['that is endless', () => ' '.repeat(1 << 20).concat('{}'), /larger than/],
  ])('is refused: %s', async (_, make, message) => {
    const made = make();
    lay(packs.local, { 'mine.dsse.json': made });
    const result = await check(packs.local, { keys: [key] });
    expect(result).toMatchObject({ ok: false, signatures: [] });
    expect(result.errors.map(({ code }) => code)).toEqual(['evidence_invalid', 'evidence_invalid']);
    expect(result.errors.map(({ at }) => at)).toEqual([
      `${packs.local.runId}.signatures`,
      `${packs.local.runId}.signatures/mine.dsse.json`,
    ]);
    expect(result.errors[1]?.message).toMatch(message);
    // A good one beside it does not make it good.
    lay(packs.local, { 'mine.dsse.json': made, 'a.dsse.json': envelope({}) });
    const beside = await check(packs.local, { keys: [key] });
    expect(beside.ok).toBe(false);
    expect(beside.errors.map(({ at }) => at)).toEqual([`${packs.local.runId}.signatures/mine.dsse.json`]);
  });

  function other(): Envelope {
    const theirs = keyPair();
    return envelope({ pem: theirs.privatePem, keyid: publicKey(theirs.publicPem, 'PUB').id });
  }

  it('is refused where it is asked for and nothing is there', async () => {
    lay(packs.local, {});
    expect(await check(packs.local, { keys: [key] })).toMatchObject({ ok: false, signatures: [] });
    mkdirSync(packs.local.folder);
    expect(await check(packs.local, { keys: [key] })).toMatchObject({ ok: false, signatures: [] });
  });

  it.each<[string, (folder: string) => void, string]>([
    ['another name', (folder) => writeFileSync(join(folder, 'README.md'), ''), 'README.md'],
    ['a hidden name', (folder) => writeFileSync(join(folder, '.a.dsse.json'), ''), '.a.dsse.json'],
    ['a folder', (folder) => mkdirSync(join(folder, 'a.dsse.json')), 'a.dsse.json'],
    ['a link', (folder) => symlinkSync(join(folder, 'mine.dsse.json'), join(folder, 'a.dsse.json')), 'a.dsse.json'],
  ])('is refused beside what has no place there: %s', async (_, put, name) => {
    lay(packs.local, { 'mine.dsse.json': envelope({}) });
    put(packs.local.folder);
    const { ok, errors } = await check(packs.local, { keys: [key] });
    expect([ok, errors.map(({ at }) => at)]).toEqual([false, [`${packs.local.runId}.signatures/${name}`]]);
  });

  it('is refused where they are too many, or the folder is a file', async () => {
    lay(packs.local, Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`s${n}.dsse.json`, envelope({})])));
    expect((await check(packs.local, { keys: [key] })).errors[0]?.message).toMatch(
      /there is no signature|more than 64/,
    );
    lay(packs.local, {});
    writeFileSync(packs.local.folder, '');
    expect((await check(packs.local, { keys: [key] })).errors.map(({ message }) => message)).toContain(
      'cannot be read as a folder: ENOTDIR',
    );
    lay(packs.local, {});
  });

  it('says nothing for a pack that was changed after it was signed', async () => {
    lay(packs.local, { 'mine.dsse.json': envelope({}) });
    const forged = { ...packs.local, path: packs.hosted.path };
    // The signatures of one pack, shown with another one.
    const { ok, errors } = await check(forged, { keys: [key], folder: packs.local.folder });
    expect([ok, errors.length]).toEqual([false, 2]);
  });
});
