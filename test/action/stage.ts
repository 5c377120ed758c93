import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { main } from '../../src/action/main.ts';
import { entriesOf, zip } from '../evidence/archives.ts';
import {
  type Done,
  type Files,
  type GitHubEvent,
  openTwin,
  type Permissions,
  type Twin,
  type TwinRepository,
  type TwinRun,
} from '../twin/index.ts';
import { packet, RIGHT, WRONG } from '../run/repository.ts';
import { outputsOf, printed } from './step.ts';

export const WORKFLOW = '.github/workflows/countersign.yml';

/** What a step of the Action did. */
export interface Step {
  code: number;
  outputs: Record<string, string>;
  log: string;
  summary: string;
  /** Requests that count against a limit, as `GET /repos/acme/sum/issues/1 200`. */
  requests: string[];
}

/** What a run of the workflow did; jobs that were skipped are not there. */
export interface Played {
  run: TwinRun;
  validate?: Step;
  open?: Step;
  run_?: Step;
  publish?: Step;
  gate?: Step;
  /** Name of the job that states what was sealed. */
  sealed?: string;
  artifact?: number;
}

type Mode = 'validate' | 'open' | 'run' | 'publish' | 'gate';
interface Workflow {
  jobs: Record<Mode, { permissions: Permissions }>;
}
const { jobs } = load(readFileSync('.github/workflows/packet.yml', 'utf8')) as Workflow;

/** The permissions of a job, as the workflow file has them. */
export const permissionsOf = (mode: Mode): Permissions => jobs[mode].permissions;

const SCRIPT = JSON.stringify({ steps: [{ write: { path: 'src/add.mjs', content: RIGHT } }] });
const TEST = `import assert from 'node:assert';\nimport { add } from '../src/add.mjs';\nassert.equal(add(1, 2), 3);\n`;
const CONFIG = `schema: countersign/config/v1
engines:
  command: { enabled: true, stages: [2, 3], argv: [./agent.sh] }
repository: { class: disposable }
approvals: { approvers: { users: [ann, bob] } }
`;
/** A disposable repository whose packets ann and bob approve, and in which the scripted engine mends one function. */
export const FILES: Files = {
  'src/add.mjs': WRONG,
  'test/add.mjs': TEST,
  'play.yml': SCRIPT,
  '.countersign/config.yml': CONFIG,
  'agent.sh': { text: '#!/bin/sh\nexit 0\n', executable: true },
  [WORKFLOW]: readFileSync(WORKFLOW, 'utf8'),
};

export const PROPOSAL = packet({ engine: { id: 'fake', script: 'play.yml' } });
export const PUBLISHED = packet({ engine: { id: 'fake', script: 'play.yml' }, mutation_mode: 'sandbox-repo' });

/** What a test changes of one step: its token's permissions, its environment, what is delivered with it. */
export interface Change {
  permissions?: Partial<Record<Mode, Permissions>>;
  env?: Record<string, string>;
  /** Before a job starts: what happens in between. */
  before?: Partial<Record<Mode, () => void | Promise<void>>>;
  /** Jobs that never end as they should. */
  skip?: readonly Mode[];
  /** The run to be re-run. */
  again?: TwinRun;
}

/**
 * A repository on the twin, and the reusable workflow played over it: each job of packet.yml as a step of the Action in this process, with a token that has exactly the job's permissions. The
 * conditions are those of packet.yml; test/runner plays the file itself.
 */
export class Stage {
  readonly twin: Twin;
  readonly repo: TwinRepository;
  readonly folder: string;
  #behind: { seconds: number };
  #count = 0;

  private constructor(twin: Twin, repo: TwinRepository, behind: { seconds: number }) {
    this.twin = twin;
    this.repo = repo;
    this.#behind = behind;
    this.folder = mkdtempSync(join(tmpdir(), 'stage-'));
  }

  /**
   * carol opens issues and may only read; ann, bob and mallory may write, the first two are named as approvers; eve is a stranger. The twin's clock is two minutes behind at first: what people
   * do lies in the past for whoever judges by the real one.
   */
  static async open(files: Files = {}, visibility: 'public' | 'private' = 'public'): Promise<Stage> {
    const behind = { seconds: 120 };
    const twin = await openTwin({ now: () => new Date(Date.now() - behind.seconds * 1000) });
    const repo = twin.repository('acme/sum', { files: { ...FILES, ...files }, visibility });
    for (const login of ['ann', 'bob', 'mallory']) repo.collaborator(login, 'write');
    repo.collaborator('carol', 'read');
    for (const login of ['eve', 'carol']) twin.person(login);
    return new Stage(twin, repo, behind);
  }

  /** Some seconds later, on GitHub's clock. */
  later(seconds = 2): void {
    this.#behind.seconds -= seconds;
  }

  /** After everything that a run of just now says of itself. */
  afterwards(): void {
    this.#behind.seconds = -2;
  }

  /** carol opens an issue, ann labels it, and the workflow runs for both. */
  async packet(text = PROPOSAL, change: Change = {}): Promise<{ issue: number; played: Played }> {
    const { id: issue } = this.repo.as('carol').openIssue({ title: 'Add adds', body: text });
    this.later();
    const played = await this.deliver(this.repo.as('ann').label(issue, 'packet'), change);
    this.later();
    return { issue, played };
  }

  /** The number of the packet's open pull request. */
  pullOf(played: Played): number {
    const number = Number(played.open?.outputs['pull'] ?? played.validate?.outputs['pull']);
    if (!(number > 0)) throw new Error('no pull request was opened');
    return number;
  }

  head(number: number): string {
    return (this.repo.pull(number)['head'] as { sha: string }).sha;
  }

  body(number: number): string {
    return this.repo.pull(number)['body'] as string;
  }

  /** Conclusions of the newest check runs of a commit by short name. */
  checks(sha: string): Record<string, string> {
    const runs = this.repo.checkRuns(sha).filter(({ name }) => String(name).startsWith('countersign/'));
    return Object.fromEntries(runs.map(({ name, conclusion }) => [String(name).slice(12), String(conclusion)]));
  }

  check(sha: string, name: string): { conclusion: string; title: string; summary: string } {
    const found = this.repo.checkRuns(sha).findLast((run) => run['name'] === `countersign/${name}`);
    if (!found) throw new Error(`there is no check ${name}`);
    const { title, summary } = found['output'] as { title: string; summary: string };
    return { conclusion: String(found['conclusion']), title, summary };
  }

  /** A workflow's run for an event, as GitHub would start it; reviews are followed by the `workflow_run` of their own run. */
  async deliver(done: Done | GitHubEvent, change: Change = {}): Promise<Played> {
    const event = 'event' in done ? done.event : done;
    if (event === null) throw new Error('this starts nothing');
    if (event.name === 'pull_request_review') {
      const run = this.repo.runs.start({ path: WORKFLOW, event, title: `Countersign #${numberOf(event)}` });
      return await this.deliver(run.finish('skipped'), change);
    }
    const name = event.name === 'pull_request' ? 'pull_request_target' : event.name;
    const run =
      change.again?.rerun() ??
      this.repo.runs.start({
        path: WORKFLOW,
        event: event.name === 'pull_request' ? name : event,
        actor: event.by.login,
        title: `Countersign #${numberOf(event)}`,
      });
    return await this.#play(run, { name, payload: event.payload }, change);
  }

  async #play(run: TwinRun, event: { name: string; payload: unknown }, change: Change): Promise<Played> {
    const played: Played = { run };
    const workspace = this.#checkout();
    const job = async (mode: Mode, inputs: Record<string, string> = {}): Promise<Step | undefined> => {
      await change.before?.[mode]?.();
      if (change.skip?.includes(mode)) return undefined;
      const step = await this.step(mode, { run, event, inputs, workspace, change });
      run
        .job(`Packet / ${mode}`)
        .start()
        .finish(step.code === 0 ? 'success' : 'failure');
      return step;
    };
    const validate = await job('validate');
    const { next = '', issue = '', pull = '', 'body-digest': bodyDigest = '' } = validate?.outputs ?? {};
    const isValid = validate?.code === 0;
    if (validate) played.validate = validate;
    const open = isValid && next === 'open' ? await job('open', { issue, 'body-digest': bodyDigest }) : undefined;
    if (open) played.open = open;
    const isDue = open ? open.outputs['status'] === 'pass' : isValid && next === 'run';
    const ran = isDue ? await job('run', { issue }) : undefined;
    if (ran) played.run_ = ran;
    const isSealed = ran !== undefined && this.#seal(run, ran, played);
    if (ran !== undefined && (isSealed || ran.outputs['next'] === 'publish')) {
      const publish = await job('publish', { pull: ran.outputs['pull'] ?? '' });
      if (publish) played.publish = publish;
    }
    if (next !== '' && next !== 'none') {
      const number = ran?.outputs['pull'] || open?.outputs['pull'] || pull;
      const gate = await job('gate', { issue, pull: number });
      if (gate) played.gate = gate;
    }
    run.finish(
      Object.values(played).some((step) => typeof step === 'object' && 'code' in step && step.code !== 0)
        ? 'failure'
        : 'success',
    );
    return played;
  }

  /** The upload step, and the job whose name states what was uploaded. */
  #seal(run: TwinRun, { outputs }: Step, played: Played): boolean {
    const { pack = '', 'artifact-name': name = '', status = '', started = '', 'pack-digest': digest = '' } = outputs;
    if (pack === '') return false;
    played.artifact = run.addArtifact(name, zip(entriesOf(pack)));
    rmSync(pack, { recursive: true });
    if (digest === '') return false;
    played.sealed = `Sealed ${status} ${started} ${digest} ${played.artifact}`;
    run.job(`Packet / ${played.sealed}`).start().finish('success');
    return true;
  }

  /** One step of the Action, with a token of its own. */
  async step(
    mode: Mode,
    about: {
      run: TwinRun;
      event: { name: string; payload: unknown };
      inputs?: Record<string, string>;
      workspace?: string;
      change?: Change;
      /** In a process of its own; `said` hears each time what it has said by then, first nothing, and may send it a signal. */
      apart?: boolean;
      said?: Said;
    },
  ): Promise<Step> {
    const { run, event, inputs = {}, change = {} } = about;
    const folder = join(this.folder, String((this.#count += 1)));
    mkdirSync(join(folder, 'temp'), { recursive: true });
    const label = `${mode} ${this.#count}`;
    const permissions = change.permissions?.[mode] ?? permissionsOf(mode);
    const token = this.twin.token({ label, repository: this.repo.fullName, permissions });
    writeFileSync(join(folder, 'event.json'), JSON.stringify(event.payload));
    const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
    for (const file of Object.values(files)) appendFileSync(file, '');
    const env: Record<string, string> = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      TMPDIR: tmpdir(),
      ...files,
      GITHUB_EVENT_NAME: event.name,
      GITHUB_EVENT_PATH: join(folder, 'event.json'),
      GITHUB_REPOSITORY: this.repo.fullName,
      GITHUB_REPOSITORY_ID: String(this.repo.id),
      GITHUB_API_URL: this.twin.apiUrl,
      GITHUB_SERVER_URL: this.twin.url,
      GITHUB_RUN_ID: String(run.id),
      GITHUB_RUN_ATTEMPT: String(run.attempt),
      GITHUB_WORKSPACE: about.workspace ?? this.#checkout(),
      RUNNER_TEMP: join(folder, 'temp'),
      INPUT_MODE: mode,
      INPUT_TOKEN: token,
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase().replaceAll('-', '_')}`, value]),
      ),
      ...change.env,
    };
    const { code, log } = about.apart === true ? await apart(env, about.said) : await here(env, files);
    if (process.env['STAGE_LOG']) process.stderr.write(`${label}: ${code}\n${log}`);
    return {
      code,
      outputs: outputsOf(readFileSync(files.GITHUB_OUTPUT, 'utf8')),
      log,
      summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
      requests: this.twin.requests.list(label),
    };
  }

  /** The default branch, as actions/checkout leaves it. */
  #checkout(): string {
    const workspace = join(this.folder, `checkout-${(this.#count += 1)}`);
    const git = ['-c', 'core.hooksPath=/dev/null', 'clone', '-q', this.repo.gitDir, workspace];
    execFileSync('git', git, {
      env: { PATH: process.env['PATH'] ?? '', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    });
    return workspace;
  }

  async close(): Promise<void> {
    try {
      this.twin.expectNoViolations();
    } finally {
      await this.twin.close();
      if (existsSync(this.folder)) rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

/** In this process, as the only one. */
async function here(
  env: Record<string, string>,
  files: Record<string, string>,
): Promise<{ code: number; log: string }> {
  Object.assign(process.env, files);
  let code = -1;
  const log = await printed(async () => {
    code = await main(env);
  });
  for (const name of Object.keys(files)) delete process.env[name];
  return { code, log };
}

type Said = (log: string, kill: (signal: NodeJS.Signals) => void) => void;

async function apart(env: Record<string, string>, said: Said = () => {}): Promise<{ code: number; log: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/action/start.ts'], { env });
  const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
  let log = '';
  said(log, kill);
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      said(log, kill);
    });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, log };
}

const numberOf = ({ payload }: GitHubEvent): string => {
  const about = (payload['issue'] ?? payload['pull_request']) as { number: number } | undefined;
  const inputs = payload['inputs'] as { issue?: string } | null | undefined;
  return String(about?.number ?? inputs?.issue ?? '');
};
