import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';

interface Workflow {
  jobs: Record<
    string,
    { needs?: string | string[]; if?: string; steps: { run?: string; env?: Record<string, string> }[] }
  >;
}
const { jobs } = load(readFileSync('.github/workflows/packet.yml', 'utf8')) as Workflow;
const [step] = jobs.result?.steps ?? [];

/** A run in which every step was due and succeeded. */
const ALL = {
  NEXT: 'open',
  VALIDATE: 'success',
  OPEN: 'success',
  OPENED: 'pass',
  RUN: 'success',
  STATUS: 'pass',
  AFTER: 'none',
  SEALED: 'success',
  SIGN: 'skipped',
  SIGN_WITH_KEY: 'skipped',
  SIGNED_BY: 'none',
  PUBLISH: 'success',
  GATE: 'success',
};
/** Nothing but the gate was due. */
const GATE = {
  ...ALL,
  NEXT: 'gate',
  OPEN: 'skipped',
  OPENED: '',
  RUN: 'skipped',
  STATUS: '',
  AFTER: '',
  SEALED: 'skipped',
  PUBLISH: 'skipped',
};
const SKIPPED_RUN = { RUN: 'skipped', STATUS: '', AFTER: '', SEALED: 'skipped', PUBLISH: 'skipped' };

const result = (env: Record<string, string>): boolean =>
  spawnSync('bash', ['--norc', '-e', '-o', 'pipefail', '-c', step?.run ?? 'exit 9'], { env }).status === 0;

describe('the job that stands for the others', () => {
  it('knows every job and every variable', () => {
    expect(Object.keys(ALL).toSorted()).toEqual(Object.keys(step?.env ?? {}).toSorted());
    const others = Object.keys(jobs).filter((name) => name !== 'result');
    expect(jobs.result?.needs).toEqual(others);
    expect(jobs.result?.if).toMatch(/^always\(\)/);
  });
  it.each<[what: string, env: Record<string, string>]>([
    ['everything was due', ALL],
    ['only the gate was due', GATE],
    ['nothing was due', { ...GATE, NEXT: 'none', GATE: 'skipped' }],
    ['a run was due', { ...ALL, NEXT: 'run', OPEN: 'skipped', OPENED: '' }],
    ['somebody else opened it', { ...ALL, ...SKIPPED_RUN, OPENED: 'none' }],
    ['it waits for an approval', { ...ALL, STATUS: 'waiting', SEALED: 'skipped', PUBLISH: 'skipped' }],
    ['it was published again', { ...ALL, STATUS: 'none', AFTER: 'publish', SEALED: 'skipped' }],
    ['it was signed by sigstore', { ...ALL, SIGNED_BY: 'sigstore', SIGN: 'success' }],
    ['it was signed with a key', { ...ALL, SIGNED_BY: 'ed25519', SIGN_WITH_KEY: 'success' }],
  ])('is green where %s', (_, env) => expect(result(env)).toBe(true));

  const bad = ['failure', 'cancelled', 'skipped', ''];
  it.each(['VALIDATE', 'OPEN', 'RUN', 'SEALED', 'PUBLISH', 'GATE'])(
    'is red where %s was due and did not succeed',
    (job) => {
      for (const value of bad) expect([value, result({ ...ALL, [job]: value })]).toEqual([value, false]);
    },
  );
  it('is red where the gate alone was due and did not succeed', () => {
    for (const value of bad) expect(result({ ...GATE, GATE: value })).toBe(false);
  });
  it.each(['fail', 'blocked', 'error', '', 'PASS'])('is red where the run is %j', (STATUS) =>
    expect(result({ ...ALL, STATUS })).toBe(false),
  );
  it('is red where a signature was asked for and none is there', () => {
    for (const value of bad) {
      expect(result({ ...ALL, SIGNED_BY: 'sigstore', SIGN: value })).toBe(false);
      expect(result({ ...ALL, SIGNED_BY: 'ed25519', SIGN_WITH_KEY: value })).toBe(false);
      expect(result({ ...ALL, SIGNED_BY: 'other', SIGN: 'success', SIGN_WITH_KEY: value })).toBe(false);
    }
  });
  it('is red where nothing says what was due', () => {
    expect(result({ ...GATE, NEXT: '', GATE: 'skipped' })).toBe(false);
    expect(result({ ...ALL, STATUS: 'none', AFTER: 'publish', PUBLISH: 'failure' })).toBe(false);
  });
});
