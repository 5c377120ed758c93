import { describe, expect, it } from '@jest/globals';
import { inTwin } from './fixture.ts';

const ISSUE = '/repos/acme/site/issues/1';

describe('requests', () => {
  it('are counted by label, with what is left of the hour on every answer', () =>
    inTwin(async ({ twin, site, ask }) => {
      site.as('carol').openIssue({ title: 'x' });
      const gate = twin.token({ repository: 'acme/site', permissions: { issues: 'read' }, label: 'gate' });
      const run = twin.token({ repository: 'acme/site', permissions: {}, label: 'run' });
      await ask(gate, 'GET', ISSUE);
      await ask(run, 'GET', ISSUE);
      const { headers } = await ask(gate, 'GET', `${ISSUE}/comments?per_page=5`);
      expect([twin.requests.count('gate'), twin.requests.count('run'), twin.requests.count()]).toEqual([2, 1, 3]);
      expect(twin.requests.list('gate')).toEqual([`GET ${ISSUE} 200`, `GET ${ISSUE}/comments?per_page=5 200`]);
      expect(twin.requests.list('run')).toEqual([`GET ${ISSUE} 403`]);
      expect(headers.get('x-ratelimit-used')).toBe('2');
      expect(headers.get('x-ratelimit-remaining')).toBe('4998');
      expect(headers.get('x-ratelimit-reset')).toBe(String(Date.parse('2026-11-01T11:00:00Z') / 1000));
      twin.requests.clear();
      expect(twin.requests.count()).toBe(0);
    }));

  it('come page by page', () =>
    inTwin(async ({ twin, site, ask }) => {
      site.as('carol').openIssue({ title: 'x' });
      for (let n = 1; n <= 7; n += 1) site.as('carol').comment(1, `${n}`);
      const token = twin.token({ actor: 'carol' });
      const { data, headers } = await ask(token, 'GET', `${ISSUE}/timeline?per_page=3&page=2`);
      expect((data as { body: string }[]).map(({ body }) => body)).toEqual(['4', '5', '6']);
      const links = headers.get('link') ?? '';
      const page = (rel: string): string | null =>
        /[?&]page=(\d+)/.exec(links.split(', ').find((link) => link.endsWith(`rel="${rel}"`)) ?? '')?.[1] ?? null;
      expect(['prev', 'next', 'last', 'first'].map(page)).toEqual(['1', '3', '3', '1']);
      const last = await ask(token, 'GET', `${ISSUE}/timeline?per_page=3&page=3`);
      expect(last.headers.get('link')).not.toContain('next');
      expect((await ask(token, 'GET', `${ISSUE}/timeline`)).headers.get('link')).toBeNull();
      expect((await ask(token, 'GET', `${ISSUE}/timeline?per_page=100&page=9`)).data).toEqual([]);
    }));

  it('that nothing answers are not found', () =>
    inTwin(async ({ twin, ask }) => {
      const token = twin.token({ actor: 'alice' });
      expect((await ask(token, 'GET', '/repos/acme/site/nothing')).status).toBe(404);
      expect((await ask(token, 'GET', '/repos/acme/none')).status).toBe(404);
      expect((await ask(token, 'GET', '/repos/acme/site/issues/99')).status).toBe(404);
    }));
});

describe('faults', () => {
  it('strike as often as they are told, and only whom they are told', () =>
    inTwin(async ({ twin, site, ask }) => {
      site.as('carol').openIssue({ title: 'x' });
      const one = twin.token({ actor: 'carol', label: 'one' });
      const two = twin.token({ actor: 'carol', label: 'two' });
      const stop = twin.faults.add({
        on: 'GET /repos/{owner}/{repo}/issues/{issue_number}',
        label: 'one',
        status: 502,
        times: 2,
        after: 1,
      });
      const seen: number[] = [];
      for (let n = 0; n < 4; n += 1) seen.push((await ask(one, 'GET', ISSUE)).status);
      expect(seen).toEqual([200, 502, 502, 200]);
      expect((await ask(two, 'GET', ISSUE)).status).toBe(200);
      expect(stop()).toBe(2);
    }));

  it('before anything is done, or when it is done already', () =>
    inTwin(async ({ twin, site, ask }) => {
      site.as('carol').openIssue({ title: 'x' });
      const token = twin.token({ actor: 'carol' });
      const say = (): Promise<{ status: number }> => ask(token, 'POST', `${ISSUE}/comments`, { body: 'x' });
      twin.faults.add({ on: '/comments', status: 500 });
      expect((await say()).status).toBe(500);
      expect(site.timeline(1)).toHaveLength(0);
      twin.faults.add({ on: '/comments', status: 500, afterwards: true });
      expect((await say()).status).toBe(500);
      expect(site.timeline(1)).toHaveLength(1);
    }));

  it('are limits with their headers, broken answers, silence', () =>
    inTwin(async ({ twin, site, ask }) => {
      site.as('carol').openIssue({ title: 'x' });
      const token = twin.token({ actor: 'carol' });
      twin.faults.add({ on: ISSUE, secondary: 7 });
      const secondary = await ask(token, 'GET', ISSUE);
      expect([secondary.status, secondary.headers.get('retry-after')]).toEqual([403, '7']);
      twin.faults.add({ on: ISSUE, primary: true });
      const primary = await ask(token, 'GET', ISSUE);
      expect([primary.status, primary.headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
      twin.faults.add({ on: ISSUE, cut: 20 });
      await expect(ask(token, 'GET', ISSUE)).rejects.toThrow(/terminated/);
      twin.faults.add({ on: ISSUE, silent: true });
      const silent = fetch(twin.apiUrl + ISSUE, {
        headers: { authorization: `token ${token}` },
        signal: AbortSignal.timeout(200),
      });
      await expect(silent).rejects.toThrow(/timeout|aborted/i);
      twin.faults.add({ on: /^GET .*issues\/1$/, delay: 50, headers: { 'x-late': 'yes' } });
      const late = await ask(token, 'GET', ISSUE);
      expect([late.status, late.headers.get('x-late')]).toEqual([200, 'yes']);
      twin.faults.clear();
      expect((await ask(token, 'GET', ISSUE)).status).toBe(200);
    }));
});
