import { describe, expect, it } from '@jest/globals';
import { inTwin, type Place } from './fixture.ts';
import type { Permissions } from './index.ts';

const READY = `mutation($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } } }`;
const LAST_EDIT = `query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { issue(number: $number) { lastEditedAt editor { __typename login ... on User { databaseId } ... on Bot { databaseId } } } }
}`;

async function post(
  { twin }: Place,
  token: string,
  query: string,
  variables: object,
): Promise<{ status: number; data: unknown }> {
  const response = await fetch(twin.graphqlUrl, {
    method: 'POST',
    headers: { authorization: `bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, data: await response.json() };
}

const drafted = ({ site }: Place): { number: number; id: unknown } => {
  site.as('bob').push('work', { a: 'a' });
  const number = site.as('bob').openPull({ title: 'x', head: 'work', draft: true }).id;
  return { number, id: site.pull(number)['node_id'] };
};
const tokenOf = ({ twin }: Place, permissions: Permissions): string =>
  twin.token({ repository: 'acme/site', permissions });

describe('GraphQL', () => {
  it('ends a draft, with pull-requests: write alone', () =>
    inTwin(async (place) => {
      const { number, id } = drafted(place);
      const weak = await post(place, tokenOf(place, { 'pull-requests': 'read', contents: 'write' }), READY, { id });
      expect(weak).toMatchObject({
        status: 200,
        data: { errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }] },
      });
      expect(place.site.pull(number)).toMatchObject({ draft: true });
      const done = await post(place, tokenOf(place, { 'pull-requests': 'write' }), READY, { id });
      expect(done).toEqual({
        status: 200,
        data: { data: { markPullRequestReadyForReview: { pullRequest: { isDraft: false } } } },
      });
      expect(place.site.pull(number)).toMatchObject({ draft: false });
      expect(place.site.timeline(number).at(-1)).toMatchObject({
        event: 'ready_for_review',
        actor: { login: 'github-actions[bot]' },
      });
      expect(place.twin.events.at(-1)).toMatchObject({
        name: 'pull_request',
        action: 'ready_for_review',
        by: { isWorkflow: true },
      });
    }));

  it('knows no other node, no one without a token, and nothing else', () =>
    inTwin(async (place) => {
      const { id } = drafted(place);
      const token = tokenOf(place, { 'pull-requests': 'write' });
      expect((await post(place, token, READY, { id: 'PR_1' })).data).toMatchObject({ errors: [{ type: 'NOT_FOUND' }] });
      expect((await post(place, 'guessed', READY, { id })).status).toBe(401);
      for (const query of [
        '{ viewer { login } }',
        READY.replace('isDraft', 'title'),
        `${READY} { viewer { login } }`,
        READY.replace('markPullRequestReadyForReview', 'convertPullRequestToDraft'),
      ])
        expect((await post(place, token, query, { id })).data).toMatchObject({
          errors: [{ message: expect.stringMatching(/alone/) }],
        });
      expect(place.twin.requests.list(undefined).every((line) => line.startsWith('POST /api/graphql'))).toBe(true);
    }));

  it('says who edited an issue’s body last', () =>
    inTwin(async (place) => {
      const { site, twin, later } = place;
      site.as('carol').openIssue({ title: 'x', body: 'one' });
      const token = tokenOf(place, { issues: 'read' });
      const asked = { owner: 'acme', name: 'site', number: 1 };
      const edit = async (): Promise<unknown> =>
        ((await post(place, token, LAST_EDIT, asked)).data as { data: { repository: { issue: unknown } } }).data
          .repository.issue;
      expect(await edit()).toEqual({ lastEditedAt: null, editor: null });
      later();
      site.as('bob').editIssue(1, { body: 'two' });
      const { id: databaseId } = twin.person('bob');
      expect(await edit()).toEqual({
        lastEditedAt: '2026-11-01T10:01:00Z',
        editor: { __typename: 'User', login: 'bob', databaseId },
      });
      expect((await post(place, tokenOf(place, { contents: 'read' }), LAST_EDIT, asked)).data).toMatchObject({
        errors: [{ type: 'FORBIDDEN' }],
      });
    }));
});
