import {
  askedOf,
  commitsToRead,
  type EvidenceFacts,
  type HeadFacts,
  notPublishable,
  type Permission,
  type TimelineItem,
  withApprovals,
} from '../../../src/checks/index.ts';
import type { Digest, Sha } from '../../../src/contracts/index.ts';
import { approvalState, decide, type Facts } from '../../../src/policy/index.ts';
import { digest } from '../../policy/facts.ts';
import { ALL_WRITE, approvalsAt, decisionFacts, type Mode, PEOPLE, reportOf, scene, sentence } from '../scene.ts';
import type { Effect } from './naive.ts';
import type { Actor, Step } from './steps.ts';

const hex = (...numbers: number[]): Sha =>
  numbers
    .map((n) => n.toString(16).padStart(4, '0'))
    .join('')
    .padEnd(40, '0') as Sha;
const C1_OF = (opening: number): Sha => hex(1, opening);
const C2_OF = (opening: number): Sha => hex(2, opening);
const TITLES = ['Limit retries', 'Limit retries well', 'Limit retries again'];
const NOON = Date.parse('2026-06-01T12:00:00Z');
const written = (minute: number): string => new Date(NOON + minute * 60_000).toISOString();

interface Opening {
  packet: number;
  rules: number;
}

/**
 * GitHub, git and the Action in memory, as far as the checks can tell: steps come in, `facts()` is what the Action would collect. What a run or a publication may do is
 * asked of the code under test, as the Action asks it.
 */
export class World {
  #mode: Mode;
  #minute = 0;
  #packet = 0;
  #rules = 0;
  #openings: Opening[] = [];
  #head = C1_OF(0);
  #before = C1_OF(0);
  #open = true;
  #base = 'main';
  #shared: number[] = [];
  #labels = ['packet'];
  #permissions: Record<number, Permission> = { ...ALL_WRITE };
  #timeline: TimelineItem[] = [];
  #commits: Record<Sha, Digest | null> = {};
  #evidence: (EvidenceFacts & { opening: number })[] = [];
  #ids = 1000;

  constructor(mode: Mode) {
    this.#mode = mode;
    this.#begin();
  }

  apply(step: Step): Effect {
    this.#minute += step.do === 'wait' ? 25 * 60 : 1;
    switch (step.do) {
      case 'edit':
        this.#packet = step.packet;
        return 'nothing';
      case 'open':
        return this.#reopen();
      case 'push':
        if (!this.#isStray()) this.#before = this.#head;
        this.#head = hex(3, this.#minute);
        // Whoever pushes on top leaves the packet's file where it is.
        this.#commits[this.#head] = this.#commits[C1_OF(this.#opening())] ?? null;
        return 'nothing';
      case 'push back':
        if (this.#isStray()) this.#replace(this.#before);
        return 'nothing';
      case 'yes':
      case 'no':
        this.#says(step);
        return 'nothing';
      case 'edit comment':
        this.#editComment(step.by);
        return 'nothing';
      case 'dismiss':
        this.#dismiss(step.of);
        return 'nothing';
      case 'demote':
        this.#permissions[PEOPLE[step.whom].id] = 'read';
        return 'nothing';
      case 'promote':
        this.#permissions[PEOPLE[step.whom].id] = 'write';
        return 'nothing';
      case 'run':
        return this.#run(step.result);
      case 'publish':
        return this.#publish();
      case 'change rules':
        this.#rules = step.rules;
        return 'nothing';
      default:
        this.#around(step.do);
        return 'nothing';
    }
  }

  /** What the Action would collect now. */
  facts(): HeadFacts {
    const opening = this.#opening();
    const { packet, rules } = this.#openings[opening] ?? { packet: 0, rules: 0 };
    const opened = scene(this.#mode, this.#asked(packet, opening));
    const issue = decisionFacts(this.#mode, this.#asked(this.#packet, opening)).packet;
    const own = this.#evidence.filter((one) => one.opening === opening);
    const decisive = own.find(({ record }) => record.status === 'pass') ?? own.at(-1) ?? null;
    const facts: HeadFacts = {
      ...opened,
      pull: {
        ...opened.pull,
        state: this.#open ? 'open' : 'closed',
        head: { ...opened.pull.head, sha: this.#head },
        base: { ref: this.#base },
      },
      sharedWith: this.#shared,
      issue: opened.issue && {
        ...opened.issue,
        labels: this.#labels,
        packet: { ok: true, packet: issue.document, digest: issue.digest },
      },
      opened: this.#isStray()
        ? {
            sha: this.#head,
            packetDigest: null,
            rules: null,
            replaces: [],
            problem: 'it does more than to add the packet',
          }
        : {
            sha: C1_OF(opening),
            packetDigest: this.#commits[C1_OF(opening)] ?? null,
            rules: hex(9, rules),
            replaces: this.#replaced(),
            problem: null,
          },
      timeline: this.#timeline,
      permissions: this.#permissions,
      deniedPackets: {},
      records: own.map(({ record }) => record),
      evidence: decisive,
    };
    const asked = askedOf(facts);
    const read = asked === null ? [] : commitsToRead(facts.timeline, asked);
    return {
      ...facts,
      deniedPackets: Object.fromEntries(read.map((commit) => [commit, this.#commits[commit] ?? null])),
    };
  }

  #replaced = (): Digest[] => this.#openings.slice(0, -1).flatMap((_, opening) => this.#commits[C1_OF(opening)] ?? []);

  #asked(packet: number, opening: number): NonNullable<Parameters<typeof decisionFacts>[1]> {
    return {
      opened: C1_OF(opening),
      rules: hex(9, this.#rules),
      now: written(this.#minute + 0.75),
      packet: { title: TITLES[packet] ?? '' },
    };
  }

  #opening = (): number => this.#openings.length - 1;
  #isStray = (): boolean => this.#head.startsWith('0003');
  #at = (): string => written(this.#minute).replace('.000Z', 'Z');

  #begin(): void {
    this.#openings.push({ packet: this.#packet, rules: this.#rules });
    const opening = this.#opening();
    const { digest: packetDigest } = decisionFacts(this.#mode, this.#asked(this.#packet, opening)).packet;
    this.#commits[C1_OF(opening)] = packetDigest;
    this.#commits[C2_OF(opening)] = packetDigest;
    this.#head = C1_OF(opening);
  }

  #replace(head: Sha): void {
    this.#head = head;
    this.#happened('force_pushed');
  }

  #happened(kind: 'force_pushed' | 'closed' | 'reopened' | 'base_changed'): void {
    this.#timeline.push({ kind, actor: PEOPLE.mallory, at: this.#at() });
  }

  #around(what: Step['do']): void {
    if (what === 'close' && this.#open) {
      this.#open = false;
      this.#happened('closed');
    } else if (what === 'reopen' && !this.#open) {
      this.#open = true;
      this.#happened('reopened');
    } else if ((what === 'retarget' && this.#base === 'main') || (what === 'target back' && this.#base !== 'main')) {
      this.#base = what === 'retarget' ? 'release' : 'main';
      this.#happened('base_changed');
    } else if (what === 'share head') this.#shared = [99];
    else if (what === 'unshare head') this.#shared = [];
    else if (what === 'unlabel') this.#labels = [];
    else if (what === 'label') this.#labels = ['packet'];
  }

  /** As mode `open` decides. */
  #reopen(): Effect {
    if (this.#labels.length === 0 || !this.#open) return 'nothing';
    const { issue, opened } = this.facts();
    const holds = issue?.packet.ok && opened?.problem === null && opened.packetDigest === issue.packet.digest;
    if (holds && (opened.rules === hex(9, this.#rules) || this.#head !== opened.sha)) return 'nothing';
    this.#begin();
    this.#happened('force_pushed');
    return 'opened';
  }

  #says(step: Extract<Step, { do: 'yes' | 'no' }>): void {
    const actor = PEOPLE[step.by];
    const id = this.#ids++;
    if (step.how === 'review') {
      if (!this.#open) return;
      const state = step.do === 'yes' ? 'approved' : 'changes_requested';
      this.#timeline.push({ kind: 'review', id, actor, at: this.#at(), state, commit: this.#head, body: '' });
      return;
    }
    const facts = this.facts();
    const { issue } = facts;
    if (!issue?.packet.ok) return;
    // People copy the sentence that GitHub shows; on a head that is none of ours, or of another packet, there is none.
    const isShown = !this.#isStray() && facts.opened?.packetDigest === issue.packet.digest;
    const id_ = issue.packet.packet.packet_id;
    const body =
      step.do === 'yes'
        ? sentence(facts)
        : step.how === 'comment'
          ? `/deny ${id_} ${issue.packet.digest}`
          : `/deny ${id_}`;
    if (step.do === 'yes' && !isShown) return;
    this.#timeline.push({ kind: 'comment', id, actor, at: this.#at(), body, edited: false });
  }

  #editComment(by: Actor): void {
    const last = this.#timeline.findLast(
      (item) =>
        item.kind === 'comment' && item.actor === PEOPLE[by] && !item.edited && item.body.startsWith('/approve'),
    );
    if (last?.kind === 'comment') last.edited = true;
  }

  #dismiss(of: Actor): void {
    const last = this.#timeline.findLast(
      (item) => item.kind === 'review' && item.actor === PEOPLE[of] && item.state !== 'dismissed',
    );
    if (last?.kind !== 'review') return;
    this.#timeline.push({
      kind: 'dismissed',
      reviewId: last.id,
      wasState: last.state,
      byPush: null,
      actor: PEOPLE.mallory,
      at: this.#at(),
    });
    last.state = 'dismissed';
  }

  /** As mode `run` decides: what people said is read as for a head without evidence at hand. */
  #run(result: 'pass' | 'fail' | 'blocked'): Effect {
    const facts: HeadFacts = { ...this.facts(), evidence: null };
    const { issue, opened, decision } = facts;
    if (!this.#open || this.#labels.length === 0 || !issue?.packet.ok || opened?.problem !== null || !decision.ok)
      return 'nothing';
    if (opened.packetDigest !== issue.packet.digest) return 'nothing';
    const now = { ...decision.decision.facts, now: written(this.#minute + 0.25) };
    const told = withApprovals(now, approvalsAt(facts), facts.records);
    const state = approvalState(told);
    if (state.status === 'requested') return 'waited';
    this.#seal(
      told,
      state.status === 'granted' ? result : 'blocked',
      state.status === 'granted' && result !== 'blocked',
    );
    return state.status === 'granted' ? 'ran' : 'refused';
  }

  #seal(told: Facts, status: 'pass' | 'fail' | 'blocked', started: boolean): void {
    const opening = this.#opening();
    const times = { run_started_at: written(this.#minute + 0.25), run_finished_at: written(this.#minute + 0.4) };
    this.#evidence.push({
      opening,
      record: {
        runId: this.#ids++,
        attempt: 1,
        status,
        started,
        packDigest: digest(`pack ${this.#minute}`),
        artifactId: this.#ids++,
        createdAt: written(this.#minute),
        sealedAt: written(this.#minute + 0.5),
      },
      artifactName: `countersign-12-${opening}`,
      errors: [],
      pack: {
        report: reportOf(decide(told).facts, { status, backend_process_started: started, ...times }),
        facts: told,
        frozen: false,
        resultCommit: C2_OF(opening),
      },
    });
  }

  #publish(): Effect {
    const facts = this.facts();
    if (facts.pull.head.sha === facts.evidence?.pack?.resultCommit) return 'nothing';
    if (notPublishable(facts).kind !== 'publish') return 'nothing';
    this.#head = C2_OF(this.#opening());
    return 'published';
  }
}
