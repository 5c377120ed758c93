import type { Twin, TwinJob, TwinRun } from '../twin/types.ts';
import type { ActionsRepository } from './actions-repository.ts';
import type { Kept } from './kept-jobs.ts';
import type { Line, Ran } from './log.ts';
import { assertWithin, type Job, type Permissions, type Workflow } from './workflow.ts';

interface Known {
  /** As GitHub writes it, expressions included. */
  name: string;
  prefix: string;
  permissions: Permissions;
  /** The repository of the workflow that was called; null for a job of the workflow itself. */
  of: ActionsRepository | null;
}

/** How long the log may lag behind the steps. */
const LAG = 10_000;

/**
 * Which job of a run is running, told to the twin: its record, and what the run's one token may do meanwhile. Between jobs, and for a job that is not known, the token may
 * do nothing.
 */
export class JobBook {
  readonly repositories: ActionsRepository[] = [];
  /** Full names of the jobs that began, in order. */
  readonly names: string[] = [];
  /** The job that runs now. */
  running: Known | null = null;
  readonly #jobs = new Map<string, Known>();
  readonly #begun = new Map<string, TwinJob>();
  readonly #ended = new Set<string>();
  readonly #waiting: (() => void)[] = [];
  readonly #kept: Kept;
  readonly #twin: Twin;
  readonly #run: TwinRun;
  readonly #token: string;
  /** The calling jobs, which have a record of their own only where they are skipped. */
  readonly #callers: string[] = [];

  constructor(
    twin: Twin,
    run: TwinRun,
    token: string,
    workflow: Workflow,
    { called, kept }: { called: (uses: string) => ActionsRepository; kept: Kept },
  ) {
    this.#kept = kept;
    this.#twin = twin;
    this.#run = run;
    this.#token = token;
    for (const job of workflow.jobs.values()) this.#add(job, called);
  }

  #add(job: Job, called: (uses: string) => ActionsRepository): void {
    if (job.uses === null) {
      this.#know(job, '', null);
      return;
    }
    const of = called(job.uses);
    this.repositories.push(of);
    this.#callers.push(job.name);
    for (const inner of of.reusable.jobs.values()) {
      assertWithin(inner.permissions, job.permissions, inner.id);
      this.#know(inner, `${job.name} / `, of);
    }
  }

  #know({ id, name, permissions }: Job, prefix: string, of: ActionsRepository | null): void {
    if (this.#jobs.has(id)) throw new Error(`two jobs are called ${id}`);
    this.#jobs.set(id, { name, prefix, permissions, of });
  }

  /** Where the called workflows lie, for act. */
  folders(): Record<string, string> {
    return Object.fromEntries(
      this.repositories.map(({ self: { repository, commit }, folder }) => [`${repository}@${commit}`, folder]),
    );
  }

  /** Answers when the job's token is what it must be. Jobs run one after another: the one before has ended, and the log is about to say so. */
  async begin(id: string, name: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined) throw new Error(`job ${id} is not known`);
    if (this.#begun.has(id)) throw new Error(`job ${id} began before`);
    await this.#allEnded();
    this.#twin.regrant(this.#token, { permissions: job.permissions, label: `run ${this.#run.id} ${id}` });
    this.names.push(`${job.prefix}${name}`);
    this.#begun.set(id, this.#run.job(`${job.prefix}${name}`).start());
    this.running = job;
  }

  async #allEnded(): Promise<void> {
    const until = Date.now() + LAG;
    while ([...this.#begun.keys()].some((id) => !this.#ended.has(id))) {
      if (Date.now() > until) throw new Error('a job began while another was running');
      await new Promise<void>((done) => {
        this.#waiting.push(done);
        setTimeout(done, 100).unref();
      });
    }
  }

  line({ jobID, jobResult }: Line): void {
    if (jobID === undefined || jobResult === undefined || this.#ended.has(jobID)) return;
    this.#end(jobID, jobResult === 'success' ? 'success' : 'failure');
    for (const done of this.#waiting.splice(0)) done();
  }

  #end(id: string, conclusion: 'success' | 'failure' | 'cancelled'): void {
    this.#ended.add(id);
    this.#twin.regrant(this.#token, { permissions: {}, label: `run ${this.#run.id} between jobs` });
    this.running = null;
    this.#begun.get(id)?.finish(conclusion);
  }

  /** After act's end: jobs that were cut short, and those that were skipped. Returns the run's conclusion. */
  close(ran: Ran): 'success' | 'failure' | 'cancelled' | 'skipped' {
    const cut = [...this.#begun.keys()].filter((id) => !this.#ended.has(id));
    for (const id of cut) this.#end(id, 'cancelled');
    if (this.#begun.size === 0 && ran.jobs.size === 0) {
      for (const name of this.#callers) this.#run.job(name).finish('skipped');
      return ran.exitCode === 0 ? 'skipped' : 'failure';
    }
    for (const [id, { name, prefix }] of this.#jobs)
      if (!this.#begun.has(id) && !this.#kept.has(id)) this.#run.job(`${prefix}${name}`).finish('skipped');
    const isFailure = [...ran.jobs.values()].some(({ result }) => result === 'failure') || ran.exitCode !== 0;
    return cut.length > 0 ? 'cancelled' : isFailure ? 'failure' : 'success';
  }
}
