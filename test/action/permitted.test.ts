import { describe, expect, it } from '@jest/globals';
import { permitted, type Permitted } from '../../src/action/permitted.ts';
import type { Runner } from '../../src/action/runner.ts';
import type { HeadFacts } from '../../src/checks/index.ts';
import type { Hosted } from '../../src/run/index.ts';
import { afterRun, C1, comment, decisionFacts, review, saying, scene, sentence } from '../checks/scene.ts';

const HOSTED: Hosted = {
  repository: 'acme/uploader',
  author: { id: 9, login: 'cem' },
  head: { ref: 'refs/heads/packet/limit-retries-12', sha: C1 },
  protected: { ref: 'refs/heads/main', sha: C1 },
  approvals: [],
  consumed: [],
  attempts: [],
};
const EVENTS = {
  comment: ['issue_comment', { issue: { number: 13, pull_request: {} } }],
  review: ['workflow_run', { workflow_run: { event: 'pull_request_review', head_branch: 'packet/limit-retries-12' } }],
  person: ['workflow_dispatch', { inputs: { issue: '12' } }],
  opened: ['issues', { issue: { number: 12 } }],
} as const;
const by = (event: keyof typeof EVENTS, attempt = 1): Runner => ({
  repository: 'acme/uploader',
  repositoryId: 1,
  apiUrl: '',
  serverUrl: '',
  runId: 1,
  attempt,
  workspace: '',
  temporary: '',
  eventName: EVENTS[event][0],
  event: EVENTS[event][1],
  defaultBranch: 'main',
});
const shown = (permission: Permitted): string =>
  permission.kind === 'run'
    ? `run ${permission.hosted.approvals.map(({ nonce }) => nonce).join()}`
    : permission.result.status;
const asked = (facts: HeadFacts, event: keyof typeof EVENTS, attempt = 1): string =>
  shown(permitted(facts, HOSTED, by(event, attempt)));

const WAITING = scene('published');
const APPROVED = saying(WAITING, review(100, 'ann', 10));
/** A proposal whose packet and configuration ask for no approval. */
const free = (): HeadFacts => {
  const facts = scene('proposal', { packet: { approval: { required: false } } });
  return facts;
};

describe('whether a run starts', () => {
  it('waits for a yes, whoever asks', () => {
    for (const event of ['comment', 'review', 'person', 'opened'] as const)
      expect(asked(WAITING, event)).toBe('waiting');
  });
  it('starts by a yes that counts, which it is told of', () => {
    for (const event of ['comment', 'review', 'person'] as const) expect(asked(APPROVED, event)).toBe('run review-100');
  });
  it('starts none by what a stranger, a bot or the author says, and says nothing of it to the run', () => {
    const noise = saying(
      WAITING,
      review(101, 'mallory', 11),
      review(102, 'bot', 11),
      review(103, 'cem', 11),
      comment(104, 'mallory', 12, sentence(WAITING)),
    );
    for (const event of ['comment', 'review'] as const) expect(asked(noise, event)).toBe('waiting');
  });
  it('starts none by anybody where no approval is asked for: only a person with write permission begins again', () => {
    const facts = saying(free(), review(101, 'mallory', 11));
    expect(asked(facts, 'review')).toBe('waiting');
    expect(asked(facts, 'comment')).toBe('waiting');
    expect(asked(facts, 'person')).toBe('run ');
    expect(asked(facts, 'opened')).toBe('run ');
  });
  it('a failed attempt is repeated by a person, never by what anybody says; a new yes starts again', () => {
    const failed = afterRun(APPROVED, { status: 'fail' });
    const noise = saying(failed, review(101, 'mallory', 50), comment(105, 'mallory', 51, sentence(failed)));
    expect(asked(noise, 'review')).toBe('waiting');
    expect(asked(noise, 'comment')).toBe('waiting');
    expect(asked(noise, 'person')).toBe('run review-100');
    expect(asked(noise, 'comment', 2)).toBe('run review-100');
    expect(asked(saying(noise, review(106, 'bob', 52)), 'review')).toBe('run review-100,review-106');
  });
  it('a denial starts nothing by itself, and a person gets it in a pack', () => {
    const denied = saying(APPROVED, review(107, 'bob', 11, 'changes_requested'));
    expect(asked(denied, 'review')).toBe('waiting');
    expect(asked(denied, 'person')).toBe('run review-100,review-107');
  });
  it('a pass is published, never run again', () => {
    const passed = afterRun(APPROVED);
    for (const event of ['comment', 'review', 'person', 'opened'] as const) {
      const permission = permitted(saying(passed, review(106, 'bob', 52)), HOSTED, by(event, 2));
      expect(permission).toMatchObject({ kind: 'not', result: { status: 'none', next: 'publish', exitCode: 0 } });
    }
  });
  it('without a decision a person learns why, anybody else starts nothing', () => {
    const unknown: HeadFacts = { ...APPROVED, decision: { ok: false, errors: [] } };
    expect(asked(unknown, 'person')).toBe('run ');
    expect(asked(unknown, 'review')).toBe('waiting');
  });
  it('is blocked, with a pack, where more than a yes is missing and a person asks', () => {
    const facts = decisionFacts('published');
    expect(facts.approvals).toEqual([]);
    const risky = scene('published', { packet: { risk_class: 'critical' } });
    expect(asked(risky, 'person')).toBe('run ');
    expect(asked(risky, 'review')).toBe('waiting');
  });
});
