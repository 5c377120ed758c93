import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Decision } from '../../src/contracts/index.ts';
import { type RunOptions, type RunResult, runPacket } from '../../src/run/index.ts';

/** The protected configuration: `command` may work on copies. */
export const CONFIG = 'schema: countersign/config/v1\nengines:\n  command: { enabled: true, stages: [2, 3] }\n';

type Files = Record<string, string | Buffer>;

/** A repository with one wrong function and a real test for it, and what a run of it needs. Everything lies below `root`. */
export interface Ground {
  root: string;
  repo: string;
  out: string;
  env: Record<string, string>;
  git(...args: string[]): void;
  write(files: Files): void;
  commit(files: Files, message?: string): void;
  /** Commits other things in the place of one path; a link in that of another. */
  replace(path: string, files: Files): void;
  link(target: string, path: string): void;
  decision(result: RunResult): Decision;
  run(packet: string, more?: Partial<RunOptions>): Promise<RunResult>;
  remove(): void;
}

export const WRONG = 'export const add = (a, b) => a - b;\n';
export const RIGHT = 'export const add = (a, b) => a + b;\n';
const TEST = `import assert from 'node:assert';
import { add } from '../src/add.mjs';
assert.equal(add(1, 2), 3);
`;

const IDENTITY = ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', '-c', 'commit.gpgsign=false'];

export function ground(files: Record<string, string> = {}): Ground {
  const root = mkdtempSync(join(tmpdir(), 'ground-'));
  const repo = join(root, 'repo');
  mkdirSync(repo);
  const git = (...args: string[]): void => {
    execFileSync('git', [...IDENTITY, ...args], {
      cwd: repo,
      stdio: 'ignore',
      env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null' },
    });
  };
  const write = (more: Files): void => {
    for (const [path, content] of Object.entries(more)) {
      mkdirSync(dirname(join(repo, path)), { recursive: true });
      writeFileSync(join(repo, path), content, { mode: content.toString().startsWith('#!') ? 0o755 : 0o644 });
    }
  };
  const commit = (more: Files, message = 'change'): void => {
    write(more);
    git('add', '-A');
    git('commit', '-qm', message);
  };
  git('init', '-q', '-b', 'main');
  commit({ 'src/add.mjs': WRONG, 'test/add.mjs': TEST, '.countersign/config.yml': CONFIG, ...files });
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: join(root, 'home'),
    TMPDIR: tmpdir(),
    XDG_STATE_HOME: join(root, 'state'),
  };
  const out = join(root, 'packs');
  return {
    root,
    repo,
    out,
    env,
    git,
    write,
    commit,
    replace: (path, more) => {
      rmSync(join(repo, path), { recursive: true });
      commit(more);
    },
    link: (target, path) => {
      rmSync(join(repo, path), { recursive: true });
      symlinkSync(target, join(repo, path));
      commit({});
    },
    decision: ({ pack }) => JSON.parse(readFileSync(join(pack ?? '', 'decision.json'), 'utf8')) as Decision,
    run: async (packet, more = {}) => {
      const packetFile = join(root, 'packet.md');
      writeFileSync(packetFile, packet);
      return await runPacket({ packetFile, repo, out, env, ...more });
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A complete packet; members of `more` replace or (null) remove its own. */
export function packet(more: Record<string, unknown> = {}): string {
  const front: Record<string, unknown> = {
    packet_id: 'fix-add',
    title: 'Add adds',
    risk_class: 'low',
    target: { repository: 'acme/sum', base_ref: 'main' },
    allowed_paths: ['src/'],
    forbidden_paths: [],
    forbidden_actions: [
      'push',
      'merge',
      'deploy',
      'close',
      'pr_open',
      'issue_close',
      'public_publication',
      'credential_change',
      'vendor_source_mutation',
      'core_mutation',
    ],
    mutation_mode: 'copied-fixture',
    verification_commands: [{ name: 'unit', run: ['node', 'test/add.mjs'] }],
    approval: { required: false },
    ...more,
  };
  const lines = Object.entries(front).filter(([, value]) => value !== null);
  return `---\n${lines.map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`).join('')}---\nMake it add.\n`;
}
