import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sigstoreInstance } from '../evidence/sigstore-instance.ts';
import { evidenceOf, unpacked } from './evidence.ts';
import { ROOT } from './places.ts';
import { ACTION, CALLER, openStage, type Stage } from './stage.ts';

let stage: Stage;
afterEach(async () => {
  stage.expectFair();
  await stage.close();
});

const own = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
/** The adopter's file with more lines under the call. */
const calling = (...lines: string[]): string => `${CALLER.trimEnd()}\n${lines.map((line) => `    ${line}\n`).join('')}`;

describe('the reusable workflow, called', () => {
  it('from a file of another name, which it is told, makes evidence that counts', async () => {
    const path = '.github/workflows/packets.yaml';
    stage = await openStage({ path, caller: calling('with:', `  workflow-path: ${path}`) });
    const { head, runs } = await stage.packet();
    expect(runs.map(({ conclusion }) => conclusion)).toEqual(['success']);
    expect(stage.checks(head)).toMatchObject({ evidence: 'success', outcome: 'action_required' });
  });

  it('from a file that it was not told makes evidence that counts for nothing', async () => {
    stage = await openStage({ path: '.github/workflows/packets.yml' });
    const { head } = await stage.packet();
    expect(await evidenceOf(stage)).toHaveLength(1);
    expect(stage.checks(head)).toMatchObject({ evidence: 'action_required', gate: 'action_required' });
  });

  it('by this repository itself runs the Action of the same commit', async () => {
    stage = await openStage({
      caller: own('.github/workflows/countersign.yml'),
      files: { '.github/workflows/packet.yml': own('.github/workflows/packet.yml') },
    });
    const { head, runs } = await stage.packet();
    expect(runs.map(({ conclusion }) => conclusion)).toEqual(['success']);
    expect(stage.checks(head)).toMatchObject({ evidence: 'success', outcome: 'action_required' });
  });

  it('runs on the Node that the machine has', async () => {
    // npm scripts put the Node of the tests first.
    const folder = (process.env['PATH'] ?? '')
      .split(delimiter)
      .find((at) => !at.includes('node_modules') && existsSync(join(at, 'node')));
    stage = await openStage();
    stage.runner.set({ node: folder ?? '' });
    const { runs } = await stage.packet();
    expect(runs.map(({ conclusion }) => conclusion)).toEqual(['success']);
  });

  it('with `sign: ed25519` signs the pack in a job that may do nothing else', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    stage = await openStage({
      caller: calling('with: { sign: ed25519 }', 'secrets: { signing-key: "${{ secrets.SIGNING_KEY }}" }'),
    });
    stage.runner.set({ secrets: { SIGNING_KEY: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() } });
    const { runs } = await stage.packet();
    expect(runs.map(({ conclusion }) => conclusion)).toEqual(['success']);
    const [evidence] = await evidenceOf(stage);
    const signatures = await unpacked(stage, /^countersign-signatures-/);
    const key = join(stage.folder, 'key.pem');
    writeFileSync(key, publicKey.export({ format: 'pem', type: 'spki' }));
    expect(evidence?.verify('--key', key, '--signatures', signatures)).toMatchObject({ code: 0 });
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' });
    writeFileSync(key, other);
    expect(evidence?.verify('--key', key, '--signatures', signatures)).toMatchObject({ code: 1 });
    expect(runs.map(({ text }) => text).join('')).not.toContain('PRIVATE KEY');
  });

  it('with `sign: sigstore` has the pack signed under the name of this workflow', async () => {
    const sigstore = await sigstoreInstance();
    try {
      stage = await openStage({ caller: calling('with: { sign: sigstore }') });
      stage.runner.set({ attest: async (statement, claims) => JSON.stringify(await sigstore.sign(statement, claims)) });
      const { runs } = await stage.packet();
      expect(runs.map(({ conclusion }) => conclusion)).toEqual(['success']);
      const [evidence] = await evidenceOf(stage);
      const signatures = await unpacked(stage, /^countersign-signatures-/);
      const root = join(stage.folder, 'trusted_root.json');
      writeFileSync(root, JSON.stringify(sigstore.trustedRoot));
      const identity = `${ACTION.repository}/.github/workflows/packet.yml@${ACTION.commit}`;
      const given = ['--trusted-root', root, '--signatures', signatures];
      expect(evidence?.verify('--identity', identity, ...given)).toEqual({
        code: 0,
        text: expect.stringContaining('signed by'),
      });
      expect(evidence?.verify('--identity', identity.replace('packet', 'other'), ...given)).toMatchObject({ code: 1 });
    } finally {
      sigstore.close();
    }
  });
});
