import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sha } from '../../src/contracts/index.ts';
import { type Signers, type Verification, verifyPack } from '../../src/evidence/index.ts';
import type { Hosted } from '../../src/run/index.ts';
import { type Ground, ground, packet, RIGHT } from '../run/repository.ts';
import type { Claims } from './sigstore-instance.ts';

const PACKET_FILE = '.countersign/packets/issue-12-fix-add.md';
const SCRIPT = JSON.stringify({ steps: [{ write: { path: 'src/add.mjs', content: RIGHT } }] });
const PACKET = packet({ engine: { id: 'fake', script: 'play.yml' } });

/** A pack made here and one made "on GitHub", of the same packet. */
export interface SignedPacks {
  here: Ground;
  local: Pack;
  hosted: Pack;
}
export interface Pack {
  path: string;
  runId: string;
  digest: string;
  /** `<run_id>.signatures` beside it. */
  folder: string;
}

/** The workflow that signs, and what GitHub says of its run. */
export const WORKFLOW = 'countersign/countersign/.github/workflows/packet.yml@refs/tags/v1';
export const ISSUER = 'https://token.actions.githubusercontent.com';
export const CLAIMS: Claims = {
  sub: `https://github.com/${WORKFLOW}`,
  iss: ISSUER,
  repository: 'acme/sum',
  ref: 'refs/heads/main',
  run_id: '4711',
  run_attempt: '2',
};

export async function signedPacks(): Promise<SignedPacks> {
  const here = ground({ 'play.yml': SCRIPT });
  const commit = (ref: string): Sha =>
    execFileSync('git', ['rev-parse', ref], { cwd: here.repo, encoding: 'utf8' }).trim() as Sha;
  const local = await pack(await here.run(PACKET));
  here.git('checkout', '-qb', 'packet/fix-add-12');
  here.commit({ [PACKET_FILE]: PACKET });
  here.git('checkout', '-q', 'main');
  const hosted: Hosted = {
    repository: 'acme/sum',
    author: { id: 7, login: 'carol' },
    head: { ref: 'refs/heads/packet/fix-add-12', sha: commit('packet/fix-add-12') },
    protected: { ref: 'refs/heads/main', sha: commit('main') },
    approvals: [],
    consumed: [],
    attempts: [],
  };
  const env = { ...here.env, GITHUB_RUN_ID: '4711', GITHUB_RUN_ATTEMPT: '1' };
  return { here, local, hosted: await pack(await here.run('', { packetFile: PACKET_FILE, hosted, env })) };
}

async function pack({ status, pack: path, run_id: runId }: Awaited<ReturnType<Ground['run']>>): Promise<Pack> {
  if (status !== 'pass' || path === null) throw new Error(`the run is ${status}`);
  const { pack_digest: digest } = await verifyPack(path);
  return { path, runId, digest: digest ?? '', folder: join(path, '..', `${runId}.signatures`) };
}

/** The statement about a pack, written out by hand. */
export const statementOf = ({ runId, digest }: Pick<Pack, 'runId' | 'digest'>): Record<string, unknown> => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: runId, digest: { sha256: digest.slice('sha256:'.length) } }],
  predicateType: 'urn:countersign:pack:v1',
  predicate: {},
});

/** Lays signatures beside a pack in place of those that lie there. */
export function lay({ folder }: Pack, files: Record<string, unknown>): void {
  rmSync(folder, { recursive: true, force: true });
  if (Object.keys(files).length > 0) mkdirSync(folder);
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
}

export const keyPair = (): { privatePem: string; publicPem: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
};

export const check = async ({ path }: Pack, signers: Partial<Signers>): Promise<Verification> =>
  await verifyPack(path, { signers: { keys: [], identity: null, trustedRoot: null, folder: null, ...signers } });
