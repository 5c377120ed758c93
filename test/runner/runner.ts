import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { GitHubEvent, Twin, TwinRepository, TwinRun } from '../twin/types.ts';
import { type RunningAct, runAct } from './act.ts';
import { called } from './actions-repository.ts';
import { adapted } from './adapt.ts';
import { openControl } from './control.ts';
import { JobBook } from './job-book.ts';
import type { Line, Ran } from './log.ts';
import { type Kept, keptJobs } from './kept-jobs.ts';
import { LOGS } from './places.ts';
import { isStartedBy, readWorkflow, record, runTitle, type Workflow } from './workflow.ts';

export interface RunnerOptions {
  twin: Twin;
  repository: TwinRepository;
  /** Everything of the runs lies below; the caller removes it. */
  folder: string;
  secrets?: Readonly<Record<string, string>>;
  /** Folder with the `node` that steps find; by default that of the tests. */
  node?: string;
  /** Signs statements for jobs with `id-token: write`, with the identity of the called workflow. */
  attest?: (statement: string, claims: { iss: string; sub: string } & Record<string, string>) => Promise<string>;
  /** What every job does last, and the actions for it (`owner/name@<commit>` → folder). */
  lastSteps?: readonly Record<string, unknown>[];
  actions?: Readonly<Record<string, string>>;
  /** Which runs are followed by one that their end starts; by default those of a review alone, which do nothing themselves. The others repeat the gate. */
  follows?: (event: string) => boolean;
  /** Looks at every line, and may kill. */
  onLine?: (line: Line, act: RunningAct, run: TwinRun) => void;
}

/** One run of one workflow. */
export interface Played extends Ran {
  workflow: string;
  event: string;
  conclusion: 'success' | 'failure' | 'cancelled' | 'skipped';
  run: TwinRun;
  /** Full names of the jobs that began, as GitHub shows them. */
  names: readonly string[];
  /** What a re-run needs. */
  start: Start;
}

interface Start {
  event: GitHubEvent;
  path: string;
  commit: string;
  branch: string;
}

/** `workflow_run` after `workflow_run` goes no further. Source: docs.github.com, Events that trigger workflows, workflow_run. */
const LEVELS = 3;

/** GitHub Actions for one repository of the twin: starts what an event starts, with act, and tells the twin what became of it. */
export class Runner {
  readonly played: Played[] = [];
  #options: RunnerOptions;
  #seen = 0;
  /** Of runs that a `workflow_run` started: how many such are before them, and themselves. */
  readonly #levels = new Map<number, number>();

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#seen = options.twin.events.length;
  }

  /** Changes how the next runs are played (a key, another Node, somebody who watches). */
  set(more: Partial<Omit<RunnerOptions, 'twin' | 'repository' | 'folder'>>): void {
    this.#options = { ...this.#options, ...more };
  }

  /** Plays everything that happened since the last time, and what follows from it, in order. Returns the runs that were not skipped as a whole. */
  async settle(): Promise<Played[]> {
    const first = this.played.length;
    for (let event = this.next(); event !== undefined; event = this.next()) await this.deliver(event);
    return this.played.slice(first).filter(({ conclusion }) => conclusion !== 'skipped');
  }

  /** The next event that was not yet looked at. */
  next(): GitHubEvent | undefined {
    const event = this.#options.twin.events[this.#seen];
    if (event !== undefined) this.#seen += 1;
    return event;
  }

  /** Starts the workflows that an event starts. */
  async deliver(event: GitHubEvent): Promise<Played[]> {
    // What a workflow's own token does starts nothing. Source: docs.github.com, Triggering a workflow from a workflow.
    if (event.by.isWorkflow && !['workflow_run', 'workflow_dispatch'].includes(event.name)) return [];
    if (event.name === 'workflow_run' && !this.#isFollowed(event)) return [];
    const runs: Played[] = [];
    for (const name of event.name === 'pull_request' ? ['pull_request_target', 'pull_request'] : [event.name])
      for (const { path, workflow, start } of this.#workflows({ ...event, name }))
        if (isStartedBy(workflow, name, event)) runs.push(await this.#first(start, path, workflow));
    return runs;
  }

  #isFollowed(event: GitHubEvent): boolean {
    const { follows = (name) => name === 'pull_request_review' } = this.#options;
    return this.#level(event) <= LEVELS && follows(String(record(event.payload['workflow_run'])['event']));
  }

  #level({ name, payload }: GitHubEvent): number {
    return name === 'workflow_run' ? 1 + (this.#levels.get(Number(record(payload['workflow_run'])['id'])) ?? 0) : 0;
  }

  /** "Re-run all jobs", or "Re-run failed jobs". */
  async rerun(before: Played, which: 'all' | 'failed' = 'all'): Promise<Played> {
    const { run, start } = before;
    const workflow = this.#read(start.commit, start.path);
    const kept = which === 'all' ? new Map<string, never>() : keptJobs(workflow, before);
    return await this.#play(run.rerun(), start, workflow, kept);
  }

  /** The files at the commit that GitHub takes them from: the head for what lies in a pull request's hands, else the default branch. */
  #workflows(event: GitHubEvent): { path: string; workflow: Workflow; start: Start }[] {
    const { repository } = this.#options;
    const pull = record(event.payload['pull_request']);
    const isOfHead = event.name === 'pull_request' || event.name === 'pull_request_review';
    const base = record(event.payload['repository'])['default_branch'];
    const branch = String(isOfHead ? record(pull['head'])['ref'] : base);
    const commit = isOfHead ? String(record(pull['head'])['sha']) : repository.tip(branch);
    if (commit === null) return [];
    return repository
      .git('ls-tree', '--name-only', commit, '.github/workflows/')
      .split('\n')
      .filter((path) => /\.ya?ml$/.test(path))
      .map((path) => ({ path, workflow: this.#read(commit, path), start: { event, path, commit, branch } }));
  }

  #read(commit: string, path: string): Workflow {
    return readWorkflow(this.#options.repository.git('show', `${commit}:${path}`));
  }

  async #first(start: Start, path: string, workflow: Workflow): Promise<Played> {
    const { event, branch, commit } = start;
    const title = workflow.runName === null ? undefined : runTitle(workflow.runName, event.payload);
    const run = this.#options.repository.runs.start({
      path,
      event,
      headBranch: branch,
      headSha: commit,
      ...(title === undefined ? {} : { title }),
    });
    this.#levels.set(run.id, this.#level(event));
    return await this.#play(run, start, workflow);
  }

  async #play(run: TwinRun, start: Start, workflow: Workflow, kept: Kept = new Map()): Promise<Played> {
    const { twin, repository, secrets = {}, node, lastSteps = [], actions = {}, onLine } = this.#options;
    const { event, path, commit } = start;
    mkdirSync(this.#options.folder, { recursive: true });
    const folder = mkdtempSync(join(this.#options.folder, `run-${run.id}-${run.attempt}-`));
    const self = { repository: repository.fullName, commit, lastSteps, kept };
    const token = twin.token({ repository: repository.fullName, permissions: {}, label: `run ${run.id}` });
    const book = new JobBook(twin, run, token, workflow, { called: (uses) => called(uses, self), kept });
    const control = await openControl({
      begin: async (job, name) => await book.begin(job, name),
      attest: async (statement) => await this.#attest(statement, book, run, start),
    });
    const file = join(folder, 'work', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, adapted(workflow.document, self));
    // A workflow of the same repository is read from the work tree.
    for (const { folder: from, self: of } of book.repositories)
      if (of.repository === self.repository && of.commit === commit)
        cpSync(join(from, '.github'), join(folder, 'work/.github'), { recursive: true, force: false });
    try {
      const ran = await runAct({
        folder,
        workdir: join(folder, 'work'),
        workflow: path,
        event: event.name,
        payload: event.payload,
        env: { ...this.#variables(run, start), RUNNER_CONTROL: control.url },
        secrets: { ...secrets, GITHUB_TOKEN: token },
        repositories: { ...actions, ...book.folders() },
        actor: event.by.login,
        node,
        onLine: (line, act) => {
          book.line(line);
          onLine?.(line, act, run);
        },
      });
      keepLog(`${basename(dirname(this.#options.folder))}-${run.id}-${run.attempt}-${event.name}`, ran.text);
      const conclusion = book.close(ran);
      run.finish(conclusion);
      const { names } = book;
      const played: Played = { ...ran, workflow: workflow.name, event: event.name, conclusion, run, names, start };
      this.played.push(played);
      return played;
    } finally {
      twin.revoke(token);
      await control.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** docs.github.com, Variables reference: what act would make up itself. */
  #variables(run: TwinRun, { branch, commit }: Start): Record<string, string> {
    const { twin, repository } = this.#options;
    return {
      GITHUB_REPOSITORY: repository.fullName,
      GITHUB_REPOSITORY_ID: String(repository.id),
      GITHUB_REPOSITORY_OWNER: repository.owner,
      GITHUB_RUN_ID: String(run.id),
      GITHUB_RUN_NUMBER: String(run.id),
      GITHUB_RUN_ATTEMPT: String(run.attempt),
      GITHUB_REF: `refs/heads/${branch}`,
      SHA_REF: commit,
      GITHUB_SERVER_URL: twin.url,
      GITHUB_API_URL: twin.apiUrl,
      GITHUB_GRAPHQL_URL: twin.graphqlUrl,
      ACTIONS_RESULTS_URL: twin.resultsUrl,
      ACTIONS_RUNTIME_URL: twin.resultsUrl,
      ACTIONS_RUNTIME_TOKEN: run.runtimeToken(),
    };
  }

  async #attest(statement: string, book: JobBook, run: TwinRun, { event, branch }: Start): Promise<string> {
    const { attest, repository } = this.#options;
    if (attest === undefined) throw new Error('this runner has no Sigstore');
    if (book.running?.permissions['id-token'] !== 'write') throw new Error('this job may not ask for an identity');
    const reusable = book.running.of;
    if (reusable === null) throw new Error('only jobs of the reusable workflow sign');
    const workflow = `${reusable.self.repository}/.github/workflows/packet.yml@${reusable.self.commit}`;
    return await attest(statement, {
      iss: 'https://token.actions.githubusercontent.com',
      // What Fulcio makes the certificate's name of.
      sub: `https://github.com/${workflow}`,
      job_workflow_ref: workflow,
      repository: repository.fullName,
      event_name: event.name,
      ref: `refs/heads/${branch}`,
      run_id: String(run.id),
      run_attempt: String(run.attempt),
    });
  }
}

/** What every run printed stays in .tmp/runner/logs until the next `npm run test:act`. */
function keepLog(name: string, text: string): void {
  mkdirSync(LOGS, { recursive: true });
  writeFileSync(join(LOGS, `${name}.log`), text);
}
