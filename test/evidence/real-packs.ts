import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requiredApproval } from '../../src/policy/index.ts';
import { decidePacket, type RunResult } from '../../src/run/index.ts';
import { type Ground, ground, packet, RIGHT } from '../run/repository.ts';

const script = (steps: object[]): string => JSON.stringify({ steps });
const FIX = { write: { path: 'src/add.mjs', content: RIGHT } };

/** Packs of real runs of one repository: real git, real bubblewrap, real tests. */
export interface RealPacks {
  here: Ground;
  /** Approved by a person; every check passed; with expected evidence, a new file and an output of its own. */
  pass: string;
  /** A path outside the allowed ones, and a failing test. */
  fail: string;
  /** Stopped by a gate. */
  blocked: string;
}

const expectPack = (result: RunResult, status: RunResult['status']): string => {
  if (result.pack === null || result.status !== status)
    throw new Error(`a ${result.status} run instead of ${status}: ${JSON.stringify(result.blockers)}`);
  return result.pack;
};

/** Approves exactly what would run now, as a person on this machine. */
async function approve(here: Ground, text: string): Promise<string> {
  const packetFile = join(here.root, 'approved.md');
  writeFileSync(packetFile, text);
  const { facts } = await decidePacket({ packetFile, repo: here.repo, out: here.out, env: here.env });
  const bound = requiredApproval(facts)?.bound;
  const approval = {
    schema: 'countersign/approval/v1',
    event: 'approval.granted',
    ...bound,
    actor: { id: 0, login: 'mona' },
    source: 'local',
    at: new Date(Date.now() - 60_000).toISOString(),
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    nonce: 'nonce-of-the-approval',
  };
  const file = join(here.root, 'approvals.json');
  writeFileSync(file, JSON.stringify({ schema: 'countersign/approvals/v1', approvals: [approval] }));
  return file;
}

export async function realPacks(): Promise<RealPacks> {
  const here = ground({
    'scripts/fix.yml': script([
      FIX,
      { write: { path: 'src/new file.mjs', content: 'export const one = 1;\nexport const two = 2;\n' } },
      { write: { path: 'src/noise.bin', base64: Buffer.from([0, 1, 2, 3, 255, 0]).toString('base64') } },
      { delete: { path: 'src/old.mjs' } },
      { rename: { from: 'src/before.mjs', to: 'src/after.mjs' } },
      { write: { path: 'src/cover.txt', content: 'covered: all\n' } },
    ]),
    'scripts/stray.yml': script([
      { write: { path: 'README.md', content: 'hello\n' } },
      { append: { path: 'src/add.mjs', content: '// wrong\n' } },
    ]),
    'src/old.mjs': 'export const old = true;\n',
    'src/before.mjs': 'export const kept = "the very same content, line by line";\n'.repeat(4),
    'scripts/nothing.yml': script([{ print: { text: 'nothing to do\n' } }]),
  });
  const approved = packet({
    engine: { id: 'fake', script: 'scripts/fix.yml' },
    approval: { required: true },
    limits: { changed_files: 10 },
    success_criteria: ['add(1, 2) is 3'],
    evidence_expectations: [{ path: 'src/cover.txt', media_type: 'text/plain', required: true }],
    verification_commands: [
      { name: 'unit', run: ['node', 'test/add.mjs'], expect_before: 'fail' },
      { name: 'shell', script: 'test -f src/after.mjs\n' },
    ],
  });
  const approvalsFile = await approve(here, approved);
  const pass = expectPack(await here.run(approved, { approvalsFile }), 'pass');
  const stray = packet({ engine: { id: 'fake', script: 'scripts/stray.yml' } });
  const fail = expectPack(await here.run(stray), 'fail');
  const blocked = expectPack(await here.run(packet({ engine: { id: 'nosuch' } })), 'blocked');
  return { here, pass, fail, blocked };
}
