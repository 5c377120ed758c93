import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Change, type Played, Stage, WORKFLOW } from '../../action/stage.ts';
import type { GitHubEvent } from '../../twin/index.ts';
import type { Mode } from '../scene.ts';
import { Clock } from './clock.ts';
import type { Effect } from './naive.ts';
import { People, type Started } from './people.ts';
import { BROKEN, packetOf, REPOSITORY } from './repository.ts';
import type { Step } from './steps.ts';

const A_MINUTE = 60_000;
const SIXTY_DAYS = 60 * 24 * 60 * A_MINUTE;

/**
 * The steps done for real: by people on the twin, and by the Action's own modes in the jobs of the workflow. What people do is delivered as GitHub would, to `validate` and `gate` alone: to open,
 * to run and to publish are steps of their own. After what no event tells, and for those three, somebody starts the workflow by hand.
 */
export class RealWorld {
  readonly #clock: Clock;
  readonly #stage: Stage;
  readonly #people: People;
  readonly #issue: number;
  readonly #pull: number;

  private constructor(clock: Clock, stage: Stage, about: { mode: Mode; issue: number; pull: number }) {
    this.#clock = clock;
    this.#stage = stage;
    this.#issue = about.issue;
    this.#pull = about.pull;
    this.#people = new People(stage, about);
  }

  /** A packet of cem's that was just opened. Sixty days ago, so that whoever waits does not come out in the future. */
  static async open(mode: Mode): Promise<RealWorld> {
    const clock = new Clock(SIXTY_DAYS);
    const stage = await Stage.open(REPOSITORY);
    // On one clock with the Action.
    stage.later(120);
    const { repo } = stage;
    for (const login of ['dana', 'cem', 'helper[bot]']) repo.collaborator(login, 'write');
    repo.as('dana').push('release', {}, { parent: repo.tip('main') });
    const { id: issue } = repo.as('cem').openIssue({ title: 'A packet', body: packetOf(mode, 0).body });
    const played = await stage.deliver(repo.as('dana').label(issue, 'packet'), { skip: ['run', 'publish'] });
    return new RealWorld(clock, stage, { mode, issue, pull: stage.pullOf(played) });
  }

  async close(): Promise<void> {
    try {
      await this.#stage.close();
    } finally {
      this.#clock.stop();
    }
  }

  /** Whether GitHub would merge, as far as our check has a say: what is closed it never merges, and the gate writes nothing there. */
  gate(): boolean {
    const isOpen = this.#stage.repo.pull(this.#pull)['state'] === 'open';
    return isOpen && this.#stage.checks(this.#head)['gate'] === 'success';
  }

  async apply(step: Step): Promise<Effect> {
    this.#clock.pass(step.do === 'wait' ? 25 * 60 * A_MINUTE : A_MINUTE);
    const before = this.#head;
    switch (step.do) {
      case 'open':
        await this.#play(null, { skip: ['run', 'publish'] });
        return this.#head === before ? 'nothing' : 'opened';
      case 'run':
        return await this.#run(step.result);
      case 'publish':
        await this.#publish();
        return this.#head === before ? 'nothing' : 'published';
      default:
        await this.#look(this.#people.do(step));
        return 'nothing';
    }
  }

  get #head(): string {
    return this.#stage.head(this.#pull);
  }

  #byHand(): GitHubEvent {
    const { event } = this.#stage.repo.as('dana').dispatch('countersign.yml', { issue: String(this.#issue) });
    if (event === null) throw new Error('this starts nothing');
    return event;
  }

  /** The workflow for what happened, and for what follows from it. */
  async #play(started: Started, change: Change): Promise<Played> {
    const played = await this.#deliver(started ?? this.#byHand(), change);
    const followed = this.#people.follow();
    if (followed !== null) await this.#deliver(followed, change);
    return played;
  }

  async #look(started: Started): Promise<void> {
    await this.#play(started, { skip: ['open', 'run', 'publish'] });
  }

  /** A job that breaks leaves the gate red, which could be right by accident. */
  async #deliver(started: NonNullable<Started>, change: Change): Promise<Played> {
    const played = await this.#stage.deliver(started, change);
    for (const step of [played.validate, played.open, played.run_, played.gate])
      if (step?.code === 70) throw new Error(step.log);
    return played;
  }

  async #run(result: 'pass' | 'fail' | 'blocked'): Promise<Effect> {
    const broken = join(this.#stage.folder, BROKEN);
    mkdirSync(broken, { recursive: true });
    const env = { pass: {}, fail: { TMPDIR: broken }, blocked: { COUNTERSIGN_BWRAP: '/nowhere/bwrap' } }[result];
    const { run_: run } = await this.#play(null, { skip: ['open', 'publish'], env });
    const { status = 'none', blockers = '', pack = '' } = run?.outputs ?? {};
    if (status === 'waiting') return 'waited';
    if (pack === '') return 'nothing';
    if (blockers.includes('approval_denied')) return 'refused';
    if (status !== result) throw new Error(`a run that should ${result}: ${status} ${blockers}\n${run?.log}`);
    return 'ran';
  }

  /** The job alone, as if a run had just ended: what may be published is for itself to say. */
  async #publish(): Promise<void> {
    const event = this.#byHand();
    const run = this.#stage.repo.runs.start({ path: WORKFLOW, event });
    const { code, log } = await this.#stage.step('publish', { run, event, inputs: { pull: String(this.#pull) } });
    if (code === 70) throw new Error(log);
    await this.#look(null);
  }
}
