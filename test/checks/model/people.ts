import type { Stage } from '../../action/stage.ts';
import type { Done, GitHubEvent, Hands } from '../../twin/index.ts';
import type { Mode } from '../scene.ts';
import { PACKET_ID, packetOf, rulesFiles } from './repository.ts';
import type { Actor, Step } from './steps.ts';

/** What GitHub starts a workflow with; null where it starts none. */
export type Started = Done | GitHubEvent | null;

const LOGINS: Readonly<Record<Actor, string>> = {
  ann: 'ann',
  bob: 'bob',
  cem: 'cem',
  mallory: 'mallory',
  bot: 'helper[bot]',
};

/** What people do to one packet on the twin. dana does what somebody must do who always may. */
export class People {
  readonly #stage: Stage;
  readonly #mode: Mode;
  readonly #issue: number;
  readonly #pull: number;
  #packet = 0;
  #rules = 0;
  /** Heads that somebody pushed, and the one that they were pushed on. */
  #strays = new Set<string>();
  #before = '';
  /** The pull request that shares our head. */
  #shadow: number | null = null;
  #reviews: { id: number; by: Actor; dismissed: boolean }[] = [];
  #approvals: { id: number; by: Actor; sentence: string; edited: boolean }[] = [];

  constructor(stage: Stage, about: { mode: Mode; issue: number; pull: number }) {
    this.#stage = stage;
    this.#mode = about.mode;
    this.#issue = about.issue;
    this.#pull = about.pull;
  }

  do(step: Step): Started {
    const dana = this.#as('dana');
    switch (step.do) {
      case 'edit':
        if (step.packet === this.#packet) return null;
        this.#packet = step.packet;
        return this.#as('cem').editIssue(this.#issue, { body: packetOf(this.#mode, step.packet).body });
      case 'push':
        return this.#push();
      case 'push back':
        if (!this.#isStray) return null;
        this.#as('mallory').forcePush(this.#branch, this.#before);
        return this.#synchronized();
      case 'yes':
      case 'no':
        return this.#says(step);
      case 'edit comment':
        return this.#editComment(step.by);
      case 'dismiss': {
        const last = this.#reviews.findLast(({ by, dismissed }) => by === step.of && !dismissed);
        if (!last) return null;
        last.dismissed = true;
        return dana.dismiss(this.#pull, last.id);
      }
      case 'demote':
      case 'promote':
        this.#stage.repo.collaborator(LOGINS[step.whom], step.do === 'demote' ? 'read' : 'write');
        return null;
      case 'move base':
        dana.push('main', { 'README.md': `${Date.now()}\n` });
        return null;
      case 'change rules':
        if (step.rules !== this.#rules) dana.push('main', rulesFiles(step.rules));
        this.#rules = step.rules;
        return null;
      default:
        return this.#around(step.do);
    }
  }

  /** Whoever shares the head goes with it. */
  follow(): Started {
    const head = this.#stage.head(this.#pull);
    if (this.#shadow === null || this.#stage.head(this.#shadow) === head) return null;
    this.#as('mallory').forcePush('shadow', head);
    return this.#synchronized();
  }

  #as = (login: string): Hands => this.#stage.repo.as(login);

  get #branch(): string {
    return `packet/${PACKET_ID}-${this.#issue}`;
  }

  get #isStray(): boolean {
    return this.#strays.has(this.#stage.head(this.#pull));
  }

  get #isOpen(): boolean {
    return this.#stage.repo.pull(this.#pull)['state'] === 'open';
  }

  #synchronized(): GitHubEvent {
    const event = this.#stage.twin.events.findLast(
      (one) => one.name === 'pull_request' && one.action === 'synchronize',
    );
    if (!event) throw new Error('no head moved');
    return event;
  }

  #push(): GitHubEvent {
    if (!this.#isStray) this.#before = this.#stage.head(this.#pull);
    this.#strays.add(this.#as('mallory').push(this.#branch, { 'src/more.mjs': `// ${Date.now()}\n` }).sha);
    return this.#synchronized();
  }

  #says(step: Extract<Step, { do: 'yes' | 'no' }>): Started {
    const person = this.#as(LOGINS[step.by]);
    if (step.how === 'review') {
      if (!this.#isOpen) return null;
      const done = person.review(this.#pull, step.do === 'yes' ? 'approve' : 'request_changes');
      this.#reviews.push({ id: done.id, by: step.by, dismissed: false });
      return done;
    }
    const { digest } = packetOf(this.#mode, this.#packet);
    if (step.do === 'no')
      return person.comment(this.#pull, `/deny ${PACKET_ID}${step.how === 'comment' ? ` ${digest}` : ''}`);
    // People copy the sentence that stands there; where it is about another packet, or the head is none of ours, they say nothing.
    const body = this.#stage.body(this.#pull);
    const [, sentence] = /^ {4}(\/approve .*)$/m.exec(body) ?? [];
    if (sentence === undefined || this.#isStray || !body.includes(digest)) return null;
    const done = person.comment(this.#pull, sentence);
    this.#approvals.push({ id: done.id, by: step.by, sentence, edited: false });
    return done;
  }

  #editComment(of: Actor): Started {
    const last = this.#approvals.findLast(({ by, edited }) => by === of && !edited);
    if (!last) return null;
    last.edited = true;
    // The sentence is still there: that it was edited is what counts.
    return this.#as(LOGINS[of]).editComment(last.id, `${last.sentence}\n\nGo.`);
  }

  #around(what: Step['do']): Started {
    const dana = this.#as('dana');
    const { labels } = this.#stage.repo.issue(this.#issue) as { labels: unknown[] };
    const { ref: base } = this.#stage.repo.pull(this.#pull)['base'] as { ref: string };
    if (what === 'close' && this.#isOpen) return dana.close(this.#pull);
    if (what === 'reopen' && !this.#isOpen) return dana.reopen(this.#pull);
    if (what === 'retarget' && base === 'main') return dana.retarget(this.#pull, 'release');
    if (what === 'target back' && base !== 'main') return dana.retarget(this.#pull, 'main');
    if (what === 'label' && labels.length === 0) return dana.label(this.#issue, 'packet');
    if (what === 'unlabel' && labels.length > 0) return dana.unlabel(this.#issue, 'packet');
    if (what === 'share head' && this.#shadow === null) return this.#share();
    if (what === 'unshare head' && this.#shadow !== null) {
      const closed = this.#as('mallory').close(this.#shadow);
      this.#shadow = null;
      return closed;
    }
    return null;
  }

  #share(): Started {
    const head = this.#stage.head(this.#pull);
    if (this.#stage.repo.tip('shadow') !== head) this.#as('mallory').forcePush('shadow', head);
    const opened = this.#as('mallory').openPull({ title: 'Mine', head: 'shadow' });
    this.#shadow = opened.id;
    return opened;
  }
}
