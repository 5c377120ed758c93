import { describe, expect, it } from '@jest/globals';
import type { HeadFacts } from '../../src/checks/index.ts';
import type { Digest } from '../../src/contracts/index.ts';
import {
  afterRun,
  ALL_WRITE,
  C1,
  C2,
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
  standsNow,
  STRAY,
} from '../checks/scene.ts';
import { digest, sha } from '../policy/facts.ts';

/** Approval row of 6-attacks.md on GitHub: what people say in reviews and comments, before a run. */
const HERE = scene('published');
const YES = sentence(HERE);
const ID = HERE.issue?.packet.ok ? HERE.issue.packet.packet.packet_id : '';
const PACKET = HERE.issue?.packet.ok ? HERE.issue.packet.digest : '';
const state = (facts: HeadFacts): [string, string[]] => {
  const { status, codes } = standsNow(facts);
  return [status, codes];
};
const GRANTED = ['granted', []];
const DENIED = ['denied', ['approval_denied']];
const MISSING = ['requested', ['approval_missing']];
const said = (body: string, who: keyof typeof PEOPLE = 'ann', edited = false): HeadFacts =>
  saying(HERE, comment(200, who, 10, body, edited));

describe('a yes', () => {
  it('by review of the opened head, or by the exact sentence', () => {
    expect(state(saying(HERE, review(100, 'ann', 10)))).toEqual(GRANTED);
    expect(state(said(YES))).toEqual(GRANTED);
    expect(state(said(`${YES}  \r\nbecause it is fine`))).toEqual(GRANTED);
  });
  it('is written down as a document with a nonce that is the thing it was said in', () => {
    const [given] = standsNow(saying(HERE, review(100, 'ann', 10))).counted;
    expect(given).toMatchObject({
      nonce: 'review-100',
      source: 'review',
      at: '2026-06-01T12:10:00.000Z',
      expires_at: '2026-06-02T12:10:00.000Z',
    });
    expect(standsNow(said(YES)).counted[0]).toMatchObject({
      nonce: 'comment-200',
      source: 'comment',
      actor: { id: 7, login: 'ann' },
    });
  });
  it.each<[string, string]>([
    ['in a quote', `> ${YES}`],
    ['in a code fence', `\`\`\`\n${YES}\n\`\`\``],
    ['in inline code', `\`${YES}\``],
    ['as indented code', `    ${YES}`],
    ['on the second line', `Thanks!\n${YES}`],
    ['after an empty line', `\n${YES}`],
    ['after a hidden comment', `<!-- -->${YES}`],
    ['with words after it', `${YES} please`],
    ['with two blanks', YES.replace(' ', '  ')],
    ['with a tab', YES.replace(' ', '\t')],
    ['with a no-break space', YES.replace(' ', '\u00a0')],
    ['with a zero-width space', YES.replace('approve', 'appr\u200bove')],
    ['with a short digest', YES.slice(0, -1)],
    ['with a prefix of the digest', YES.slice(0, -52)],
    ['with a longer digest', `${YES}0`],
    ['with an upper-case digest', YES.replace(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase())],
    ['with an upper-case word', YES.replace('/approve', '/Approve')],
    ['without the algorithm', YES.replace('sha256:', '')],
    ['without a digest', `/approve ${ID}`],
    ['with a line end of another kind in it', `${YES}\u2028> no`],
    ['with a carriage return alone', `${YES}\r> no`],
    ['for another packet', YES.replace(ID, 'other-packet')],
    ['naming the packet digest instead', `/approve ${ID} ${PACKET}`],
  ])('not %s', (_, body) => expect(state(said(body))).toEqual(MISSING));

  it('not in an edited comment', () => expect(state(said(YES, 'ann', true))).toEqual(MISSING));
  it('not by a review that only comments', () =>
    expect(state(saying(HERE, review(100, 'ann', 10, 'commented')))).toEqual(MISSING));
  it('not in the text of a review that does not approve', () =>
    expect(state(saying(HERE, { ...review(100, 'ann', 10, 'commented'), body: YES }))).toEqual(MISSING));
  it.each([STRAY, C2, null])('not by a review of the commit %s', (commit) =>
    expect(state(saying(HERE, review(100, 'ann', 10, 'approved', commit)))).toEqual(MISSING),
  );

  it.each<[string, keyof typeof PEOPLE]>([
    ['the author', 'cem'],
    ['somebody who may write and is not named', 'mallory'],
    ['a bot', 'bot'],
    ['a deleted user', 'ghost'],
  ])('not of %s', (_, who) => {
    expect(state(saying(HERE, review(100, who, 10)))).toEqual(MISSING);
    expect(state(said(YES, who))).toEqual(MISSING);
  });
  it.each(['Bot', 'Organization', 'Mannequin'])('not of a named login that is a %s', (type) =>
    expect(state(saying(HERE, review(100, { id: 7, login: 'ann', type }, 10)))).toEqual(MISSING),
  );
  it('not of an app with the login of an approver', () =>
    expect(state(saying(HERE, review(100, { id: 77, login: 'ann[bot]', type: 'User' }, 10)))).toEqual(MISSING));
  it.each(['triage', 'read', 'none'] as const)('not of somebody who may only %s now', (permission) =>
    expect(state({ ...saying(HERE, review(100, 'ann', 10)), permissions: { ...ALL_WRITE, 7: permission } })).toEqual(
      MISSING,
    ),
  );
  it('not of somebody whose permission nobody asked for', () =>
    expect(state({ ...saying(HERE, review(100, 'ann', 10)), permissions: {} })).toEqual(MISSING));
});

describe('what the yes was for', () => {
  const yes = [review(100, 'ann', 10), comment(200, 'bob', 11, YES)];
  const elsewhere = (change: Parameters<typeof decisionFacts>[1], opened = C1): HeadFacts => {
    const other = saying(scene('published', change), ...yes);
    return { ...other, opened: other.opened && { ...other.opened, sha: opened, rules: HERE.opened?.rules ?? null } };
  };
  it.each<[string, Parameters<typeof decisionFacts>[1], string[]]>([
    ['the rules (engine, argv, admissions, policy)', { rules: sha('7') }, ['approval_stale']],
    ['another head', { opened: sha('8') }, ['approval_missing']],
  ])('is not this when it is %s', (_, change, codes) => {
    const facts = elsewhere(change, change?.opened ?? C1);
    expect(state(facts)).toEqual(['requested', codes]);
  });
  it('is nothing that anybody knows when the opened commit names no rules', () => {
    const opened = HERE.opened && { ...HERE.opened, rules: null };
    expect(state({ ...saying(HERE, review(100, 'ann', 10)), opened })).toEqual(MISSING);
    expect(state({ ...said(YES), opened })).toEqual(GRANTED);
  });
  it('is not another mode, engine, argv, scope or admission: the sentence changes with each', () => {
    const sentences = [
      HERE,
      scene('published', { packet: { mutation_mode: 'sandbox-repo' } }),
      scene('published', { packet: { engine: { id: 'command' } } }),
      scene('published', { packet: { allowed_paths: ['src/'] } }),
      scene('published', { packet: { limits: { processes: 3 } } }),
      scene('published', { opened: sha('8') }),
      scene('published', { rules: sha('7') }),
    ].map(sentence);
    expect(new Set(sentences).size).toBe(sentences.length);
    for (const other of sentences.slice(1)) expect(state(said(other))).toEqual(MISSING);
  });
  it('is over after its term', () => {
    const late = scene('published', { now: '2026-06-03T00:00:00.000Z' });
    expect(state(saying(late, ...yes))).toEqual(['requested', ['approval_expired']]);
  });
  it('is not in the future', () => expect(state(saying(HERE, review(100, 'ann', 600)))).toEqual(MISSING));
});

describe('after a yes', () => {
  const approved = saying(HERE, review(100, 'ann', 10), comment(200, 'ann', 10, YES));
  it.each(['force_pushed', 'closed', 'reopened', 'base_changed'] as const)(
    '%s makes it count no more, even in the same second',
    (kind) => {
      expect(state(saying(approved, happened(kind, 20)))).toEqual(MISSING);
      expect(state(saying(approved, happened(kind, 10)))).toEqual(MISSING);
      expect(state(saying(approved, happened(kind, 9)))).toEqual(GRANTED);
    },
  );
  it('approve, force-push, push back is not approved, by whatever order the events are listed in', () => {
    const back = saying(HERE, happened('force_pushed', 21), review(100, 'ann', 10), happened('force_pushed', 20));
    expect(state(back)).toEqual(MISSING);
    expect(state(saying(back, review(101, 'ann', 22)))).toEqual(GRANTED);
  });
  it('a dismissed yes does not let an older one count in its place', () => {
    const twice = saying(HERE, review(100, 'ann', 10), review(101, 'ann', 11, 'dismissed'), dismissal(101, 12));
    expect(state(twice)).toEqual(MISSING);
    expect(state(saying(twice, review(102, 'ann', 13)))).toEqual(GRANTED);
    expect(
      state(saying(HERE, review(100, 'ann', 10), review(101, 'bob', 11, 'dismissed'), dismissal(101, 12))),
    ).toEqual(GRANTED);
  });
});

describe('a no', () => {
  const approved = saying(HERE, review(100, 'bob', 10));
  const no = (body: string, edited = false): HeadFacts => saying(approved, comment(300, 'ann', 20, body, edited));
  it.each<[string, HeadFacts]>([
    ['by review', saying(approved, review(101, 'ann', 20, 'changes_requested'))],
    [
      'by review, dismissed',
      saying(approved, review(101, 'ann', 20, 'dismissed'), dismissal(101, 21, 'changes_requested')),
    ],
    ['by review, dismissed with nothing to tell what it was', saying(approved, review(101, 'ann', 20, 'dismissed'))],
    ['by review of a commit that GitHub forgot', saying(approved, review(101, 'ann', 20, 'changes_requested', null))],
    ['by review of a commit that cannot be read', saying(approved, review(101, 'ann', 20, 'changes_requested', STRAY))],
    ['by comment with the packet digest', no(`/deny ${ID} ${PACKET}`)],
    ['by comment without a digest', no(`/deny ${ID}`)],
    ['by comment with a digest that nobody knows', no(`/deny ${ID} ${digest('?')}`)],
    ['by comment with the approval digest', no(`/deny ${ID} ${request(HERE).approval_digest}`)],
    ['by comment with half a digest', no(`/deny ${ID} sha256:12`)],
    ['by an edited comment', no(`/deny ${ID}`, true)],
    ['before the yes of another', saying(HERE, review(99, 'ann', 5, 'changes_requested'), review(100, 'bob', 10))],
    [
      'and then a yes of the same person',
      saying(HERE, review(99, 'ann', 5, 'changes_requested'), review(100, 'ann', 10)),
    ],
    ['by comment with the packet digest, and then a yes', saying(no(`/deny ${ID} ${PACKET}`), review(102, 'ann', 25))],
    [
      'before the head was replaced and put back',
      saying(HERE, review(99, 'ann', 5, 'changes_requested'), happened('force_pushed', 7), review(100, 'bob', 10)),
    ],
    [
      'of somebody who was demoted since',
      { ...saying(approved, review(101, 'ann', 20, 'changes_requested')), permissions: { ...ALL_WRITE, 7: 'read' } },
    ],
  ])('stays: %s', (_, facts) => expect(state(facts)).toEqual(DENIED));

  it('by comment without a digest is taken back by the same person, and nobody else', () => {
    const soft = no(`/deny ${ID}`);
    expect(state(saying(soft, review(102, 'bob', 25)))).toEqual(DENIED);
    expect(state(saying(soft, review(102, 'ann', 25)))).toEqual(GRANTED);
    expect(state(saying(soft, comment(301, 'ann', 25, YES, true)))).toEqual(DENIED);
    expect(state(saying(soft, review(102, 'ann', 25), comment(302, 'ann', 26, `/deny ${ID}`)))).toEqual(DENIED);
    expect(state(saying(soft, review(102, 'ann', 20)))).toEqual(DENIED);
  });
  it.each<[string, keyof typeof PEOPLE]>([
    ['the author', 'cem'],
    ['somebody who is not named', 'mallory'],
    ['a bot', 'bot'],
    ['a deleted user', 'ghost'],
  ])("of %s is nobody's", (_, who) => {
    expect(state(saying(approved, review(101, who, 20, 'changes_requested')))).toEqual(GRANTED);
    expect(state(saying(approved, comment(300, who, 20, `/deny ${ID}`)))).toEqual(GRANTED);
  });
  it('is about the packet that its commit holds', () => {
    const other = saying(approved, review(101, 'ann', 5, 'changes_requested', STRAY));
    expect(state({ ...other, deniedPackets: { [STRAY]: digest('another packet') } })).toEqual(GRANTED);
    expect(
      state({ ...other, deniedPackets: { [STRAY]: HERE.issue?.packet.ok ? HERE.issue.packet.digest : null } }),
    ).toEqual(DENIED);
    const named = saying(approved, comment(300, 'ann', 6, `/deny ${ID} ${digest('another packet')}`));
    expect(state(named)).toEqual(DENIED);
    const replaces = [digest('another packet'), PACKET as Digest];
    expect(state({ ...named, opened: named.opened && { ...named.opened, replaces } })).toEqual(GRANTED);
    const own = no(`/deny ${ID} ${PACKET}`);
    expect(state({ ...own, opened: own.opened && { ...own.opened, replaces } })).toEqual(DENIED);
  });
  it.each([`> /deny ${ID}`, `/deny other-packet`, `well\n/deny ${ID}`, `/deny ${ID} now please`])('is not %j', (body) =>
    expect(state(no(body))).toEqual(GRANTED),
  );
});

const approvedByAnn = saying(HERE, review(100, 'ann', 10));
const tried = (...statuses: ('fail' | 'blocked')[]): HeadFacts =>
  statuses.reduce(
    (facts, status, n) => afterRun(facts, { minute: 20 + 3 * n, status, started: status === 'fail' }),
    approvedByAnn,
  );

describe('used once', () => {
  const approved = approvedByAnn;
  it('a pass uses up every yes that was there, of everybody', () => {
    const both = saying(approved, review(101, 'bob', 11));
    expect(state(afterRun(both))).toEqual(['requested', ['approval_consumed']]);
    expect(state(saying(afterRun(both), comment(201, 'ann', 50, YES)))).toEqual(GRANTED);
  });
  it('two runs at the same moment stand on one yes, which is used up by the first', () => {
    const first = afterRun(approved);
    const second = afterRun(
      { ...approved, records: first.records },
      { minute: 30, record: { runId: 777, artifactId: 999 } },
    );
    expect(state(second)).toEqual(['requested', ['approval_consumed']]);
  });
  it('a yes in the second of the sealing counts as used', () => {
    const ran = afterRun(approved);
    expect(state(saying(ran, comment(201, 'bob', 32, YES)))).toEqual(['requested', ['approval_consumed']]);
  });
  it('failed attempts are counted, blocked ones are not', () => {
    expect(state(tried('fail', 'fail'))).toEqual(GRANTED);
    expect(state(tried('fail', 'blocked', 'fail', 'blocked'))).toEqual(GRANTED);
    expect(state(tried('fail', 'fail', 'fail'))).toEqual(['requested', ['approval_consumed']]);
  });
  it('a failed run whose engine was started and then blocked is an attempt', () => {
    const tried = [20, 23, 26].reduce(
      (facts, minute) => afterRun(facts, { minute, status: 'blocked', started: true }),
      approved,
    );
    expect(state(tried)).toEqual(['requested', ['approval_consumed']]);
  });
  it('a pass that started nothing uses it up as well', () =>
    expect(state(afterRun(approved, { started: false }))).toEqual(['requested', ['approval_consumed']]));
});
