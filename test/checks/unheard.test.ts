import { describe, expect, it } from '@jest/globals';
import type { TimelineItem } from '../../src/checks/index.ts';
import { approvalState } from '../../src/policy/index.ts';
import { CONFIG } from '../policy/facts.ts';
import {
  check,
  comment,
  decisionFacts,
  dismissal,
  happened,
  PEOPLE,
  request,
  review,
  saying,
  scene,
  sentence,
  STRAY,
} from './scene.ts';

const HERE = scene('published');
const YES = sentence(HERE);
const [ID, DIGEST] = ['limit-retries', request(HERE).approval_digest];
const OTHER = `sha256:${'0'.repeat(64)}`;
const PACKET = HERE.issue?.packet.ok ? HERE.issue.packet.digest : '';

/** What stands beside the verdict of `countersign/approval`. */
const beside = (...items: TimelineItem[]): string[] =>
  check(saying(HERE, ...items), 'approval')
    .summary.split('\n')
    .filter((line) => line.startsWith('- –'));

describe('who tried to approve and is not heard is told why', () => {
  it.each<[string, TimelineItem, string]>([
    ['another digest', comment(1, 'ann', 5, `/approve ${ID} ${OTHER}`), 'another digest than the one to approve'],
    ['the packet digest', comment(1, 'ann', 5, `/approve ${ID} ${PACKET}`), 'it names the digest of the packet'],
    ['another packet', comment(1, 'ann', 5, `/approve another-one ${DIGEST}`), 'it names another packet'],
    ['no digest', comment(1, 'ann', 5, `/approve ${ID}`), 'its first line is not exactly'],
    ['a second line', comment(1, 'ann', 5, `LGTM\n${YES}`), 'its first line is not exactly'],
    ['an edited comment', comment(1, 'ann', 5, YES, true), 'it was edited'],
    ['another commit', review(1, 'ann', 5, 'approved', STRAY), 'it is of another commit'],
    ['somebody whom nobody named', comment(1, 'mallory', 5, YES), 'not among those who may approve'],
    ['a bot', review(1, 'bot', 5), 'only people approve'],
    ['the author', comment(1, 'cem', 5, YES), 'the author of the packet does not approve it'],
  ])('%s', (_what, item, why) => {
    const lines = beside(item);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(why);
    expect(check(saying(HERE, item), 'approval').conclusion).toBe('action_required');
  });

  it('somebody who may not write any more, and a yes from before the last change', () => {
    const demoted = { ...saying(HERE, review(1, 'ann', 5)), permissions: { [PEOPLE.ann.id]: 'read' as const } };
    expect(check(demoted, 'approval').summary).toContain('has no write permission here');
    expect(beside(comment(1, 'ann', 5, YES), happened('force_pushed', 6))[0]).toContain('older than the last change');
  });

  it('nobody, where nobody tried, the approval is there, or it was taken back', () => {
    expect(beside(comment(1, 'ann', 5, 'what does /approve do?'), review(2, 'bob', 5, 'commented'))).toEqual([]);
    expect(beside(review(1, 'ann', 5), comment(2, 'mallory', 6, YES))).toEqual([]);
    expect(beside(review(1, 'ann', 5, 'dismissed'), dismissal(1, 6))).toEqual([]);
  });

  it('the latest of those who are named, however many others there are', () => {
    const crowd = Array.from({ length: 50 }, (_, n) =>
      comment(100 + n, { id: 1000 + n, login: `u${n}`, type: 'User' }, 20 + n, YES),
    );
    const lines = beside(comment(1, 'ann', 5, `/approve ${ID} ${OTHER}`), ...crowd);
    expect(lines).toHaveLength(6);
    expect(lines[0]).toContain('ann (comment)');
    expect(lines.at(-1)).toContain('u49');
  });
});

describe('what to do next', () => {
  it.each<[string[], string]>([
    [['cem'], 'Too few people may approve (0, and 1 must): name more'],
    [[], 'Too few people may approve (0, and 1 must): name more'],
    [['cem', 'ann'], 'One person of ann, cem: /approve limit-retries sha256:'],
    [['ann'], 'One person of ann: /approve limit-retries sha256:'],
  ])('where cem wrote the packet and %j may approve', (users, next) => {
    const facts = decisionFacts('proposal');
    const config = { ...CONFIG, approvals: { ...CONFIG.approvals, approvers: { users } } };
    expect(approvalState({ ...facts, config }).satisfied_by).toContain(next);
  });

  it('says that nothing is to be approved where nothing is', () => {
    const free = scene('proposal', { packet: { approval: { required: false } } });
    expect(check(free, 'approval')).toMatchObject({ conclusion: 'success', title: 'No approval is required' });
  });
});
