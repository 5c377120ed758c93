import { describe, expect, it } from '@jest/globals';
import { inTwin, type Place } from './fixture.ts';

/** A pull request of bob with one commit. */
function pulled({ site }: Place): { number: number; head: string } {
  const head = site.as('bob').push('packet/x-1', { a: 'a' }).sha;
  return { number: site.as('bob').openPull({ title: 'x', head: 'packet/x-1', draft: true }).id, head };
}
const eventsOf = ({ site }: Place, number: number): unknown[] => site.timeline(number).map(({ event }) => event);

describe('what people do', () => {
  it('to an issue: opens, edits, labels, comments, closes', () =>
    inTwin(({ site, later }) => {
      const carol = site.as('carol');
      const opened = carol.openIssue({ title: 'x', body: 'one', labels: ['packet'] });
      // Who only reads sets no labels, and GitHub passes over it.
      expect(opened.event?.payload).toMatchObject({
        action: 'opened',
        issue: { number: 1, labels: [], user: { login: 'carol' } },
        sender: { login: 'carol' },
      });
      expect(site.as('bob').label(1, 'packet').event?.payload).toMatchObject({
        action: 'labeled',
        label: { name: 'packet' },
        sender: { login: 'bob' },
      });
      expect(() => carol.label(1, 'bug')).toThrow(/403/);
      later();
      expect(carol.editIssue(1, { body: 'two' }).event?.payload).toMatchObject({
        action: 'edited',
        changes: { body: { from: 'one' } },
        issue: { body: 'two' },
      });
      const { id } = carol.comment(1, 'hello');
      later();
      expect(carol.editComment(id, 'bye').event?.payload).toMatchObject({
        action: 'edited',
        changes: { body: { from: 'hello' } },
        comment: { created_at: '2026-11-01T10:01:00Z', updated_at: '2026-11-01T10:02:00Z' },
      });
      expect(() => site.as('carol').editComment(site.as('bob').comment(1, 'mine').id, 'yours')).toThrow(/403/);
      carol.close(1);
      site.as('bob').reopen(1);
      expect(site.timeline(1).map(({ event }) => event)).toEqual([
        'labeled',
        'commented',
        'commented',
        'closed',
        'reopened',
      ]);
      carol.deleteComment(id);
      expect(site.timeline(1).map(({ event }) => event)).toEqual(['labeled', 'commented', 'closed', 'reopened']);
    }));

  it('to a pull request: reviews of a head, dismissed, with the state it had', () =>
    inTwin((place) => {
      const { site, twin, later } = place;
      const { number, head } = pulled(place);
      const review = site.as('alice').review(number, 'request_changes', { body: 'No' });
      later();
      const dismissed = site.as('bob').dismiss(number, review.id, 'talked');
      expect(dismissed.event?.payload).toMatchObject({ action: 'dismissed', review: { state: 'dismissed' } });
      expect(site.timeline(number).slice(1)).toMatchObject([
        {
          event: 'reviewed',
          state: 'dismissed',
          commit_id: head,
          user: { login: 'alice' },
          submitted_at: '2026-11-01T10:00:00Z',
        },
        {
          event: 'review_dismissed',
          actor: { login: 'bob' },
          created_at: '2026-11-01T10:01:00Z',
          dismissed_review: { state: 'changes_requested', review_id: review.id, dismissal_message: 'talked' },
        },
      ]);
      expect(() => site.as('bob').review(number, 'approve')).toThrow(/your own pull request/);
      expect(() => site.as('carol').dismiss(number, review.id)).toThrow(/403/);
      twin.deletePerson('alice');
      expect(site.timeline(number)[1]).toMatchObject({ user: { login: 'ghost', id: 10_137 } });
    }));

  it('a review stays with the commit it was of when the head moves', () =>
    inTwin((place) => {
      const { site } = place;
      const { number, head } = pulled(place);
      site.as('alice').review(number, 'approve');
      const next = site.as('bob').push('packet/x-1', { b: 'b' }).sha;
      site.as('alice').review(number, 'approve', { commit: head });
      const reviews = site.timeline(number).filter(({ event }) => event === 'reviewed');
      expect(reviews.map(({ commit_id: commit }) => commit)).toEqual([head, head]);
      expect(site.pull(number)).toMatchObject({ head: { sha: next } });
    }));

  it('approve, push something else, push back: two force pushes are in the timeline', () =>
    inTwin((place) => {
      const { site } = place;
      const { number, head } = pulled(place);
      site.as('alice').review(number, 'approve');
      site.as('bob').forcePush('packet/x-1', site.commit({ b: 'b' }, { parent: site.tip('main') }));
      site.as('bob').forcePush('packet/x-1', head);
      expect(site.pull(number)).toMatchObject({ head: { sha: head } });
      expect(eventsOf(place, number).filter((event) => event !== 'committed')).toEqual([
        'reviewed',
        'head_ref_force_pushed',
        'head_ref_force_pushed',
      ]);
    }));

  it('retargets, closes, reopens unless the branch was rewritten meanwhile', () =>
    inTwin((place) => {
      const { site } = place;
      const { number, head } = pulled(place);
      site.as('bob').push('next', { n: 'n' });
      expect(site.as('bob').retarget(number, 'next').event?.payload).toMatchObject({
        action: 'edited',
        changes: { base: { ref: { from: 'main' } } },
      });
      site.as('bob').close(number);
      site.as('bob').reopen(number);
      site.as('bob').close(number);
      site.as('bob').forcePush('packet/x-1', site.commit({ b: 'b' }, { parent: site.tip('main') }));
      expect(site.pull(number)).toMatchObject({ head: { sha: head }, state: 'closed' });
      expect(() => site.as('bob').reopen(number)).toThrow(/force-pushed or recreated/);
      expect(eventsOf(place, number)).toEqual(['committed', 'base_ref_changed', 'closed', 'reopened', 'closed']);
    }));

  it('deleting the branch closes the pull request; merging closes the issue that it names', () =>
    inTwin((place) => {
      const { site } = place;
      const { number } = pulled(place);
      site.as('bob').forcePush('packet/x-1', null);
      expect(site.pull(number)).toMatchObject({ state: 'closed', merged: false });
      const issue = site.as('carol').openIssue({ title: 'broken' }).id;
      site.as('bob').push('fix', { f: 'f' });
      const fix = site.as('bob').openPull({ title: 'mend', head: 'fix', body: `Closes #${issue}` }).id;
      site.as('alice').merge(fix);
      expect(site.pull(fix)).toMatchObject({ state: 'closed', merged: true, merged_by: { login: 'alice' } });
      expect(site.issue(issue)).toMatchObject({ state: 'closed', state_reason: 'completed' });
      expect(site.git('show', 'main:f')).toBe('f');
    }));

  it('a branch that is pushed into its base by hand is merged', () =>
    inTwin((place) => {
      const { site } = place;
      const { number, head } = pulled(place);
      site.as('alice').forcePush('main', head);
      expect(site.pull(number)).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: head });
    }));

  it('a fork’s pull request: its head can be fetched, and its branches are not this repository’s', () =>
    inTwin((place) => {
      const { site, twin } = place;
      const fork = site.fork('carol');
      const { sha } = fork.as('carol').push('packet/x-1', { a: 'a' });
      const { id } = site.as('carol').openPull({ title: 'x', head: 'carol:packet/x-1' });
      expect(site.pull(id)).toMatchObject({
        head: { sha, label: 'carol:packet/x-1', repo: { full_name: 'carol/site', fork: true } },
      });
      expect(site.tip('packet/x-1')).toBeNull();
      expect(site.git('rev-parse', `refs/pull/${id}/head`)).toBe(sha);
      const next = fork.as('carol').push('packet/x-1', { b: 'b' }).sha;
      expect(site.pull(id)).toMatchObject({ head: { sha: next } });
      expect(twin.events.at(-1)).toMatchObject({ name: 'pull_request', action: 'synchronize' });
    }));

  it('two pull requests share a head', () =>
    inTwin(async (place) => {
      const { site, twin, ask } = place;
      const { number, head } = pulled(place);
      site.as('bob').forcePush('other', head);
      const second = site.as('bob').openPull({ title: 'y', head: 'other' }).id;
      const token = twin.token({ repository: 'acme/site', permissions: { 'pull-requests': 'read' } });
      const { data } = await ask(token, 'GET', `/repos/acme/site/commits/${head}/pulls`);
      expect((data as { number: number }[]).map(({ number: n }) => n)).toEqual([number, second]);
    }));

  it('"Run workflow" needs write and a workflow that can be run by hand', () =>
    inTwin(({ site }) => {
      const { event } = site.as('bob').dispatch('countersign.yml', { issue: '7' });
      expect(event).toMatchObject({
        name: 'workflow_dispatch',
        action: null,
        payload: { inputs: { issue: '7' }, ref: 'refs/heads/main', workflow: '.github/workflows/countersign.yml' },
      });
      expect(() => site.as('carol').dispatch('countersign.yml')).toThrow(/403/);
      expect(() => site.as('bob').dispatch('none.yml')).toThrow(/404/);
    }));
});

describe('what a merge needs', () => {
  const RULES = {
    name: 'gate',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [
      {
        type: 'required_status_checks',
        parameters: {
          strict_required_status_checks_policy: false,
          required_status_checks: [{ context: 'countersign/gate', integration_id: 15_368 }],
        },
      },
    ],
  };

  it('is the required check of the app that the ruleset names, on this very head', () =>
    inTwin(async (place) => {
      const { site, twin, ask } = place;
      site.settings.addRuleset(RULES);
      const { number, head } = pulled(place);
      site.as('bob').ready(number);
      const check = async (token: string, conclusion: string): Promise<number> =>
        (
          await ask(token, 'POST', '/repos/acme/site/check-runs', {
            name: 'countersign/gate',
            head_sha: head,
            status: 'completed',
            conclusion,
          })
        ).status;
      const merge = (): void => void site.as('alice').merge(number);
      expect(merge).toThrow(/Required status check "countersign\/gate" is expected/);
      const stranger = twin.token({ repository: 'acme/site', permissions: { checks: 'write' }, app: 'stranger' });
      expect(await check(stranger, 'success')).toBe(201);
      expect(merge).toThrow(/is expected/);
      const actions = twin.token({ repository: 'acme/site', permissions: { checks: 'write' } });
      expect(await check(actions, 'action_required')).toBe(201);
      expect(merge).toThrow(/is expected/);
      expect(site.pull(number)).toMatchObject({ mergeable: true, mergeable_state: 'blocked' });
      expect(await check(actions, 'success')).toBe(201);
      expect(site.pull(number)).toMatchObject({ mergeable_state: 'clean' });
      site.as('bob').push('packet/x-1', { b: 'b' });
      expect(merge).toThrow(/is expected/);
    }));

  it('a job that is called like the check, and skipped, passes for GitHub: why the app is pinned', () =>
    inTwin((place) => {
      const { site } = place;
      site.settings.addRuleset(RULES);
      const { number, head } = pulled(place);
      site.as('bob').ready(number);
      const run = site.runs.start({
        path: '.github/workflows/x.yml',
        event: 'pull_request',
        headSha: head,
        headBranch: 'packet/x-1',
      });
      run.job('countersign/gate').finish('skipped');
      run.finish('success');
      expect(site.pull(number)).toMatchObject({ mergeable_state: 'clean' });
    }));

  it('a merge queue asks for checks of a commit of its own', () =>
    inTwin((place) => {
      const { site } = place;
      const { number, head } = pulled(place);
      expect(() => site.as('bob').enqueue(number)).toThrow(/cannot be merged/);
      site.as('bob').ready(number);
      const base = site.tip('main');
      const { sha, event } = site.as('bob').enqueue(number);
      expect(site.git('log', '-1', '--format=%P', sha)).toBe(`${base} ${head}`);
      expect(event).toMatchObject({
        name: 'merge_group',
        action: 'checks_requested',
        payload: {
          merge_group: {
            head_sha: sha,
            head_ref: `refs/heads/gh-readonly-queue/main/pr-${number}-${base}`,
            base_sha: base,
          },
        },
      });
      expect(site.pull(number)).toMatchObject({ state: 'open' });
    }));

  it('a conflict is none that can be merged', () =>
    inTwin((place) => {
      const { site } = place;
      site.as('bob').push('work', { 'README.md': 'mine' });
      const { id } = site.as('bob').openPull({ title: 'x', head: 'work' });
      site.as('alice').push('main', { 'README.md': 'theirs' });
      expect(site.pull(id)).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
      expect(() => site.as('alice').merge(id)).toThrow(/405/);
    }));
});
