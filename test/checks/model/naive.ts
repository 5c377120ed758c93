import type { Mode } from '../scene.ts';
import type { Actor, Step } from './steps.ts';

/** What a step did. Two worlds that drift apart show it here before they show it at the gate. */
export type Effect = 'opened' | 'ran' | 'refused' | 'waited' | 'published' | 'nothing';

/** A yes as it was said: to which opening, under which rules, and whether anything has taken it back since. */
interface Yes {
  by: Actor;
  when: number;
  review: boolean;
  opening: number;
  rules: number;
  taken: boolean;
  /** Commented and edited since: it says nothing, not even that it was the latest word. */
  edited: boolean;
}
interface Run {
  opening: number;
  when: number;
  result: 'pass' | 'fail' | 'blocked';
  rules: number;
  stoodOn: Yes[];
}
/** A review of a head, whatever it turns out to be about. */
interface Seen {
  by: Actor;
  when: number;
  head: string;
  packet: number;
  yes: boolean;
  dismissed: boolean;
}

const MAY_DECIDE: readonly Actor[] = ['ann', 'bob'];
const A_DAY = 24 * 60;
const MOST_ATTEMPTS = 3;

/**
 * The rules told once more, as a list of booleans about what has happened, and on purpose in another way than src/checks: no documents, no digests, no timeline. One
 * unit of time is a minute; every step takes one, `wait` takes 25 hours, and a run is sealed half a minute after it began.
 */
export class Naive {
  #mode: Mode;
  #isPlayed: boolean;
  #now = 0;
  #packet = 0;
  #opening = 0;
  #openings: { packet: number; rules: number }[] = [];
  #head = '';
  #before = '';
  #rules = 0;
  #open = true;
  #right = true;
  #alone = true;
  #labeled = true;
  #writes = new Set<Actor>(['ann', 'bob', 'cem', 'mallory', 'bot']);
  #yeses: Yes[] = [];
  #seen: Seen[] = [];
  /** A no by comment, and the packet that it names. */
  #noes: { by: Actor; when: number; names: number | null }[] = [];
  #runs: Run[] = [];
  #lastBreak = -1;

  /**
   * @param isPlayed the Action's jobs do it: a head gets one passing run (docs/adr/0130), none starts where the packet is to be opened again first, and people copy the sentence that was
   * written when it was opened.
   */
  constructor(mode: Mode, { isPlayed }: { isPlayed: boolean } = { isPlayed: false }) {
    this.#mode = mode;
    this.#isPlayed = isPlayed;
    this.#begin();
  }

  /** Does what the step says, and says what came of it. */
  apply(step: Step): Effect {
    this.#now += step.do === 'wait' ? A_DAY + 60 : 1;
    switch (step.do) {
      case 'edit':
        this.#packet = step.packet;
        return 'nothing';
      case 'open':
        return this.#reopen();
      case 'push':
        if (!this.#head.startsWith('stray')) this.#before = this.#head;
        this.#head = `stray ${this.#now}`;
        return 'nothing';
      case 'push back':
        if (this.#head.startsWith('stray')) {
          this.#head = this.#before;
          this.#breaks();
        }
        return 'nothing';
      case 'yes':
        this.#yes(step.by, step.how);
        return 'nothing';
      case 'edit comment': {
        const last = this.#yeses.findLast(({ by, review, edited }) => by === step.by && !review && !edited);
        if (last) last.edited = true;
        return 'nothing';
      }
      case 'no':
        this.#no(step.by, step.how);
        return 'nothing';
      case 'dismiss':
        this.#dismiss(step.of);
        return 'nothing';
      case 'demote':
        this.#writes.delete(step.whom);
        return 'nothing';
      case 'promote':
        this.#writes.add(step.whom);
        return 'nothing';
      case 'run':
        return this.#run(step.result);
      case 'publish':
        return this.#publish();
      case 'change rules':
        this.#rules = step.rules;
        return 'nothing';
      default:
        this.#around(step);
        return 'nothing';
    }
  }

  /** Whether it may be merged. */
  gate(): boolean {
    const passed = this.#passed();
    if (!passed || !this.#inOrder() || this.#head !== this.#resultHead()) return false;
    if (passed.rules !== this.#rules || !this.#stillStands(passed)) return false;
    const words = this.#words();
    return words.includes(true) && !words.includes(false);
  }

  #around(step: Step): void {
    if (step.do === 'close' && this.#open) {
      this.#open = false;
      this.#breaks();
    } else if (step.do === 'reopen' && !this.#open) {
      this.#open = true;
      this.#breaks();
    } else if (step.do === 'retarget' && this.#right) {
      this.#right = false;
      this.#breaks();
    } else if (step.do === 'target back' && !this.#right) {
      this.#right = true;
      this.#breaks();
    } else if (step.do === 'share head') this.#alone = false;
    else if (step.do === 'unshare head') this.#alone = true;
    else if (step.do === 'unlabel') this.#labeled = false;
    else if (step.do === 'label') this.#labeled = true;
  }

  #breaks(): void {
    this.#lastBreak = this.#now;
    for (const yes of this.#yeses) yes.taken = true;
  }

  #begin(): void {
    this.#openings.push({ packet: this.#packet, rules: this.#rules });
    this.#opening = this.#openings.length - 1;
    this.#head = `opened ${this.#opening}`;
  }

  #opened() {
    return this.#openings[this.#opening] ?? { packet: -1, rules: -1 };
  }

  /** A new opening, unless this packet is open already, and either published or opened under the rules of now. */
  #reopen(): Effect {
    if (!this.#labeled || !this.#open) return 'nothing';
    if (this.#isUpToDate()) return 'nothing';
    this.#begin();
    this.#breaks();
    return 'opened';
  }

  #isUpToDate(): boolean {
    return this.#isCurrent() && (this.#head.startsWith('result') || this.#opened().rules === this.#rules);
  }

  #yes(by: Actor, how: 'review' | 'comment'): void {
    const isReview = how === 'review';
    if (isReview) this.#see(by, true);
    const isHere = this.#head === `opened ${this.#opening}`;
    if (isReview && (!isHere || this.#isAboutOutcome(this.#head, this.#now))) return;
    const rules = isReview || this.#isPlayed ? this.#opened().rules : this.#rules;
    // The sentence that GitHub shows stands for the packet on the opened head; without either there is none.
    if (!isReview && (this.#head.startsWith('stray') || this.#packet !== this.#opened().packet)) return;
    this.#yeses.push({
      by,
      when: this.#now,
      review: isReview,
      opening: this.#opening,
      rules,
      taken: false,
      edited: false,
    });
  }

  #no(by: Actor, how: 'review' | 'comment' | 'bare comment'): void {
    if (how === 'review') this.#see(by, false);
    else if (MAY_DECIDE.includes(by))
      this.#noes.push({ by, when: this.#now, names: how === 'comment' ? this.#packet : null });
  }

  #see(by: Actor, yes: boolean): void {
    if (!this.#open) return;
    const { packet } = this.#opened();
    this.#seen.push({ by, when: this.#now, head: this.#head, packet, yes, dismissed: false });
  }

  #dismiss(of: Actor): void {
    const last = this.#seen.findLast(({ by, dismissed }) => by === of && !dismissed);
    if (!last) return;
    last.dismissed = true;
    if (last.head !== `opened ${this.#opening}` || this.#isAboutOutcome(last.head, last.when)) return;
    for (const yes of this.#yeses) if (yes.review && yes.by === of && yes.when <= last.when) yes.taken = true;
  }

  /** The first pass of the present opening. */
  #passed(): Run | undefined {
    return this.#runs.find(({ opening, result }) => opening === this.#opening && result === 'pass');
  }

  #resultHead(): string {
    return this.#mode === 'published' ? `result ${this.#opening}` : `opened ${this.#opening}`;
  }

  #isAboutOutcome(head: string, when: number): boolean {
    const passed = this.#passed();
    return passed !== undefined && head === this.#resultHead() && when > passed.when;
  }

  #inOrder(): boolean {
    return this.#open && this.#right && this.#alone && this.#labeled && this.#isCurrent();
  }

  /** The head is one of ours and holds the packet that the issue is. */
  #isCurrent(): boolean {
    return !this.#head.startsWith('stray') && this.#opened().packet === this.#packet;
  }

  /**
   * A no to this packet: by review of a head that held it, by a comment that named it, or by one that named nothing and was not taken back. Who decides about a run does
   * not look at evidence, and so cannot know a published result from something that was pushed: there a rejection is a no to the packet, too.
   */
  #denied(forRun = false): boolean {
    const isRejection = (head: string, when: number): boolean =>
      head === this.#head && this.#isAboutOutcome(head, when) && !(forRun && this.#mode === 'published');
    const byReview = this.#seen.some(
      ({ by, yes, head, packet, when }) =>
        MAY_DECIDE.includes(by) && !yes && packet === this.#packet && !isRejection(head, when),
    );
    const wasOpen = this.#openings.slice(0, -1).map(({ packet }) => packet);
    const byComment = this.#noes.some(({ by, when, names }) => {
      if (names === this.#packet) return true;
      // It is about a packet that was here before; else nobody knows what it is about, and only who said it can say yes after all.
      if (names !== null && wasOpen.includes(names)) return false;
      return !this.#yeses.some((yes) => yes.by === by && yes.when > when && this.#isSaid(yes));
    });
    return byReview || byComment;
  }

  /** Still said, and to the present opening; a sentence names the rules that it was written under, a review those of the opening. */
  #isSaid(yes: Yes): boolean {
    return !yes.taken && !yes.edited && yes.opening === this.#opening && (yes.review || yes.rules === this.#rules);
  }

  #isGood(yes: Yes): boolean {
    return MAY_DECIDE.includes(yes.by) && this.#writes.has(yes.by) && this.#isSaid(yes);
  }

  /** The yes that a run would stand on now: one person's latest, unused, in its term and for the rules of now. */
  #usable(): Yes[] {
    return MAY_DECIDE.flatMap((by) => this.#yeses.findLast((yes) => yes.by === by && this.#isGood(yes)) ?? []).filter(
      (yes) =>
        yes.rules === this.#rules &&
        this.#now + 0.25 < yes.when + A_DAY &&
        !this.#runs.some((run) => run.opening === this.#opening && run.result === 'pass' && yes.when <= run.when) &&
        this.#runs.filter((run) => run.opening === this.#opening && run.result === 'fail' && yes.when <= run.when)
          .length < MOST_ATTEMPTS,
    );
  }

  #run(result: Run['result']): Effect {
    if (!this.#open || !this.#labeled || !this.#isCurrent()) return 'nothing';
    if (this.#isPlayed && (this.#passed() || !this.#isUpToDate())) return 'nothing';
    if (this.#denied(true)) {
      this.#record('blocked');
      return 'refused';
    }
    if (this.#usable().length === 0) return 'waited';
    this.#record(result);
    return 'ran';
  }

  #record(result: Run['result']): void {
    const stoodOn = this.#yeses.filter((yes) => this.#isGood(yes));
    this.#runs.push({ opening: this.#opening, when: this.#now + 0.5, result, rules: this.#rules, stoodOn });
  }

  /** One of those that the run stood on still counts, for the rules of now, and nobody has said no. */
  #stillStands(passed: Run): boolean {
    if (this.#denied()) return false;
    return MAY_DECIDE.some((by) => {
      const last = passed.stoodOn.findLast((yes) => yes.by === by && this.#isGood(yes));
      return last !== undefined && last.rules === this.#rules && this.#wasUsable(last, passed);
    });
  }

  #wasUsable(yes: Yes, passed: Run): boolean {
    const failed = this.#runs.filter(
      (run) =>
        run.opening === passed.opening && run.result === 'fail' && run.when < passed.when && yes.when <= run.when,
    );
    return passed.when - 0.25 < yes.when + A_DAY && failed.length < MOST_ATTEMPTS;
  }

  #publish(): Effect {
    const passed = this.#passed();
    if (this.#mode === 'proposal' || !passed || this.#head !== `opened ${this.#opening}`) return 'nothing';
    if (!this.#inOrder() || passed.rules !== this.#rules || !this.#stillStands(passed)) return 'nothing';
    this.#head = `result ${this.#opening}`;
    return 'published';
  }

  /** Each entitled person's latest word about the result: true accepts, false rejects. */
  #words(): boolean[] {
    return MAY_DECIDE.flatMap((by) => {
      let word: boolean | null = null;
      for (const seen of this.#seen.filter((one) => one.by === by && one.head === this.#head)) {
        if (!this.#isAboutOutcome(seen.head, seen.when)) continue;
        if (!seen.yes) word = false;
        else if (seen.dismissed || seen.when <= this.#lastBreak) word = word === true ? null : word;
        else word = true;
      }
      return word === null || (word && !this.#writes.has(by)) ? [] : [word];
    });
  }
}
