import { describe, expect, it } from '@jest/globals';
import type { EvidenceFacts, HeadFacts } from '../../src/checks/index.ts';
import type { Report } from '../../src/contracts/index.ts';
import { digest, sha } from '../policy/facts.ts';
import { accomplished, afterRun, check, published, review, saying, scene } from './scene.ts';

type Pack = NonNullable<EvidenceFacts['pack']>;
const DONE = accomplished('published');
const changed = (change: (pack: Pack) => Partial<Pack>, record: Partial<EvidenceFacts['record']> = {}): HeadFacts => {
  const { evidence } = DONE;
  if (!evidence?.pack) throw new Error('there is no pack');
  return {
    ...DONE,
    evidence: {
      ...evidence,
      record: { ...evidence.record, ...record },
      pack: { ...evidence.pack, ...change(evidence.pack) },
    },
  };
};
const report = (change: Partial<Report>): HeadFacts => changed((pack) => ({ report: { ...pack.report, ...change } }));
const facts = (change: Partial<Pack['facts']>): HeadFacts =>
  changed((pack) => ({ facts: { ...pack.facts, ...change } }));

describe('a self-consistent pack of something else is no evidence of this', () => {
  it.each<[string, HeadFacts, RegExp]>([
    ['another repository', facts({ repository_name: 'mallory/uploader' }), /another repository/],
    ['no repository', facts({ repository_name: null }), /another repository/],
    ['a laptop', facts({ surface: 'local' }), /another surface/],
    ['another head', facts({ head: sha('8') }), /another head/],
    ['no head', facts({ head: null }), /another head/],
    ['another base', report({ base_commit: sha('8') }), /another base/],
    ['another packet', report({ packet_digest: digest('other') }), /another packet/],
    ['other rules', facts({ protected: { ref: 'refs/heads/main', sha: sha('9'), rules: sha('7') } }), /other rules/],
    ['no rules', facts({ protected: { ref: 'refs/heads/main', sha: sha('9'), rules: null } }), /other rules/],
    ['another status than its job stated', changed(() => ({}), { status: 'fail' }), /another status/],
    ['another start than its job stated', changed(() => ({}), { started: false }), /another start/],
    ['a later pass', changed(() => ({}), { packDigest: digest('later') }), /another run than the one that counts/],
    ['a clock that stood still', changed(() => ({ frozen: true })), /SOURCE_DATE_EPOCH/],
  ])('%s', (_, changedFacts, why) => {
    const { conclusion, summary } = check(changedFacts, 'evidence');
    expect(conclusion).toBe('failure');
    expect(summary).toMatch(why);
  });
  it('is refused where nothing is known of what it should be of', () => {
    expect(check({ ...DONE, opened: null }, 'evidence').conclusion).toBe('failure');
    expect(check({ ...DONE, issue: null }, 'evidence').conclusion).toBe('failure');
    expect(check({ ...DONE, decision: { ok: false, errors: [] } }, 'evidence').conclusion).toBe('failure');
  });
});

describe('what the check says', () => {
  const approved = saying(scene('published'), review(100, 'ann', 10));
  const finding: Report['blockers'][number] = {
    code: 'verification_failed',
    status: 'fail',
    message: 'unit exited with 1',
    at: 'unit',
    evidence: [],
    fix: 'Look at test.log.',
  };
  it('which findings a run ended with, and what to do', () => {
    const failed = afterRun(approved, { status: 'fail', report: { blockers: [finding] } });
    expect(check(failed, 'evidence')).toMatchObject({ conclusion: 'failure' });
    expect(check(failed, 'evidence').summary).toMatch(
      /verification\\_failed<\/code> unit exited with 1 .*\n\n\*\*What next\*\*\n\n- Look at test\\\.log/,
    );
    const blocked = afterRun(approved, {
      status: 'blocked',
      started: false,
      report: { blockers: [{ ...finding, status: 'blocked' }] },
    });
    expect(check(blocked, 'evidence').conclusion).toBe('action_required');
  });
  it('that a run did not pass, even where it names no finding', () => {
    expect(check(afterRun(approved, { status: 'fail' }), 'evidence').summary).toContain('The run did not pass');
  });
  it('which artifacts were passed over, and why', () => {
    const { conclusion, summary } = check(
      { ...approved, refused: ['artifact 9: its run is of branch evil'] },
      'evidence',
    );
    expect(conclusion).toBe('action_required');
    expect(summary).toContain('Passed over: artifact 9\\: its run is of branch evil');
  });
  it('that a result waits to be published', () => {
    expect(check(afterRun(approved), 'evidence').summary).toContain('not on the branch yet');
    expect(check(published(afterRun(approved)), 'evidence').conclusion).toBe('success');
  });
});
