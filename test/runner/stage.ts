import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GitHubEvent, type Hands, openTwin, type Role, type Twin, type TwinRepository } from '../twin/index.ts';
import { CONFIG, packet, RIGHT, WRONG } from '../run/repository.ts';
import { ROOT } from './places.ts';
import { reading } from './reader.ts';
import { type Played, Runner } from './runner.ts';
import { record } from './workflow.ts';

/** Where adopters' files say that this Action lies. Any forty digits do: the export stands for that commit. */
export const ACTION = { repository: 'countersign/countersign', commit: '5eed'.repeat(10) };

/** The adopter's one workflow file: this repository's own, with the reusable workflow named as from elsewhere. */
export const CALLER = readFileSync(join(ROOT, '.github/workflows/countersign.yml'), 'utf8').replace(
  'uses: ./.github/workflows/packet.yml',
  `uses: ${ACTION.repository}/.github/workflows/packet.yml@${ACTION.commit}`,
);

const TEST = `import assert from 'node:assert';
import { add } from '../src/add.mjs';
assert.equal(add(1, 2), 3);
`;

export type Step = Record<string, unknown>;
export const script = (...steps: Step[]): string => JSON.stringify({ steps });
export const REPAIR: Step = { write: { path: 'src/add.mjs', content: RIGHT } };

/** alice decides. */
const DECIDED = `${CONFIG}approvals: { approvers: { users: [alice] } }\n`;
/** Mode `sandbox-repo` may be published. */
export const DISPOSABLE = `${DECIDED}repository: { class: disposable }\n`;
/** Mode `owned-noncritical-repo` may be published, where the target is admitted. */
export const OWNED = `${DECIDED}repository: { class: owned-noncritical }\n`;

export interface Stage {
  /** Removed by `close`. */
  folder: string;
  twin: Twin;
  repo: TwinRepository;
  runner: Runner;
  /** alice approves, carol writes issues and may write, mallory may read. */
  alice: Hands;
  carol: Hands;
  mallory: Hands;
  /** Opens an issue with a packet, as carol, labels it (at once: that are two events), and plays what follows. */
  packet(more?: Record<string, unknown>, atOnce?: 'at once'): Promise<Opened>;
  /** The sentence that the pull request tells people to write. */
  sentence(pull: number, kind: 'approve' | 'deny'): string;
  /** The conclusion of each of the five checks of a head, by its name without `countersign/`. */
  checks(sha: string): Record<string, string>;
  /** The texts of an issue's comments. */
  comments(issue: number): Promise<string[]>;
  /** What GitHub sends when a pull request was put into the merge queue. */
  mergeGroup(pull: number, commit: string): GitHubEvent;
  /** Title and summary of one of them. */
  summary(sha: string, name: string): string;
  /** Throws where GitHub was asked something that it would not understand, or by any job so far more often than was promised (issue 4, Speed). */
  expectFair(): void;
  close(): Promise<void>;
}

export interface Opened {
  issue: number;
  pull: number;
  branch: string;
  /** The commit with the packet; empty where there is none. */
  head: string;
  runs: Played[];
}

export interface StageOptions {
  config?: string;
  /** The adopter's workflow file, and where it lies. */
  caller?: string;
  path?: string;
  /** What the fake engine plays. */
  steps?: Step[];
  files?: Record<string, string | null>;
}

const PEOPLE: [login: string, role: Role][] = [
  ['alice', 'maintain'],
  ['carol', 'write'],
  ['mallory', 'read'],
];

/** A repository on the twin with a wrong function, its test, a script for the fake engine and what an adopter commits; and a runner. */
export async function openStage({
  config = DECIDED,
  caller = CALLER,
  path = '.github/workflows/countersign.yml',
  steps = [REPAIR],
  files = {},
}: StageOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'stage-'));
  const twin = await openTwin({ folder: join(folder, 'twin') });
  const repo = twin.repository('acme/sum', {
    files: {
      'src/add.mjs': WRONG,
      'test/add.mjs': TEST,
      'play.yml': script(...steps),
      '.countersign/config.yml': config,
      [path]: caller,
      ...files,
    },
  });
  for (const [login, role] of PEOPLE) repo.collaborator(login, role);
  const runner = new Runner({ twin, repository: repo, folder: join(folder, 'runs') });
  const stage: Stage = {
    folder,
    twin,
    repo,
    runner,
    alice: repo.as('alice'),
    carol: repo.as('carol'),
    mallory: repo.as('mallory'),
    packet: async (more = {}, atOnce) => await opened(stage, more, atOnce !== undefined),
    sentence: (pull, kind) => sentence(repo, pull, kind),
    checks: (sha) => Object.fromEntries(checksOf(repo, sha).map(({ name, conclusion }) => [name, conclusion])),
    comments: async (issue) => {
      const answer = await reading(twin, repo, `/issues/${issue}/comments`);
      return ((await answer.json()) as { body: string }[]).map(({ body }) => plain(body));
    },
    expectFair: () => {
      twin.expectNoViolations();
      const over = overBudget(stage);
      if (over.length > 0) throw new Error(`too many requests:\n${over.join('\n')}`);
    },
    mergeGroup: (pull, commit) => mergeGroup(stage, pull, commit),
    summary: (sha, name) => checksOf(repo, sha).findLast((check) => check.name === name)?.text ?? '',
    close: async () => {
      await twin.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return stage;
}

async function opened({ repo, carol, runner }: Stage, more: Record<string, unknown>, atOnce: boolean): Promise<Opened> {
  const body = packet({ engine: { id: 'fake', script: 'play.yml' }, ...more });
  const { id: issue } = carol.openIssue({ title: 'Add adds', body, labels: atOnce ? ['packet'] : [] });
  if (!atOnce) carol.label(issue, 'packet');
  const runs = await runner.settle();
  const branch = `packet/fix-add-${issue}`;
  return { issue, pull: issue + 1, branch, head: repo.tip(branch) ?? '', runs };
}

function sentence(repo: TwinRepository, pull: number, kind: string): string {
  const found = new RegExp(`/${kind} fix-add sha256:[0-9a-f]{64}`).exec(String(repo.pull(pull)['body']));
  if (found === null) throw new Error(`#${pull} does not say what to write`);
  return found[0];
}

/** Markdown as it is read. */
const plain = (markdown: string): string => markdown.replaceAll('\\', '');

/** The latest of each name, as GitHub counts them. */
function checksOf(repo: TwinRepository, sha: string): { name: string; conclusion: string; text: string }[] {
  const ours = repo.checkRuns(sha).filter(({ name }) => String(name).startsWith('countersign/'));
  return ours
    .toSorted((a, b) => Number(a['id']) - Number(b['id']))
    .map(({ name, conclusion, output }) => {
      const { title, summary } = record(output);
      return {
        name: String(name).slice(12),
        conclusion: String(conclusion),
        text: plain(`${String(title)}\n${String(summary)}`),
      };
    });
}

/** Requests of each mode, besides one for each person whose permission is asked, and two for each further run that left evidence of the same opening. */
const BUDGETS = { validate: 6, open: 10, run: 8, publish: 10, gate: 14 };
const RUN = /\/actions\/runs\/\d+(?:\/jobs\?\S*)? /;
const PERSON = /\/collaborators\/[^/]+\/permission /;

function overBudget({ twin, runner }: Stage): string[] {
  return runner.played.flatMap(({ run }) =>
    Object.entries(BUDGETS).flatMap(([job, most]) => {
      const asked = twin.requests.list(`run ${run.id} ${job}`).filter((line) => !PERSON.test(line));
      const others = asked.filter((line) => RUN.test(line)).length - 2 * run.attempt;
      // Attempts of a run share its label.
      return asked.length - Math.max(0, others) > most * run.attempt
        ? [`${job} ${asked.length} of ${most}: ${asked.join(', ')}`]
        : [];
    }),
  );
}

function mergeGroup({ twin, repo }: Stage, pull: number, commit: string): GitHubEvent {
  const base = repo.tip('main') ?? '';
  const { repository, sender } = twin.events.at(-1)?.payload ?? {};
  return {
    name: 'merge_group',
    action: 'checks_requested',
    by: { login: 'alice', isWorkflow: false },
    at: new Date().toISOString(),
    payload: {
      action: 'checks_requested',
      merge_group: {
        head_sha: commit,
        head_ref: `refs/heads/gh-readonly-queue/main/pr-${pull}-${base}`,
        base_sha: base,
        base_ref: 'refs/heads/main',
      },
      repository,
      sender,
    },
  };
}
