import { describe, expect, it } from '@jest/globals';
import { answering } from './server.ts';

const AT = '2026-11-28T12:00:00Z';
const issue = (more: object | null): { body: unknown } => ({ body: { data: { repository: { issue: more } } } });
const cases: [what: string, answer: object, edit: object | null][] = [
  ['nobody', { lastEditedAt: null, editor: null }, null],
  [
    'a person',
    { lastEditedAt: AT, editor: { __typename: 'User', login: 'ann', databaseId: 7 } },
    { at: AT, editor: { id: 7, login: 'ann', type: 'User' } },
  ],
  [
    'a bot',
    { lastEditedAt: AT, editor: { __typename: 'Bot', login: 'helper', databaseId: 8 } },
    { at: AT, editor: { id: 8, login: 'helper', type: 'Bot' } },
  ],
  [
    'an actor without a number',
    { lastEditedAt: AT, editor: { __typename: 'Organization', login: 'acme' } },
    { at: AT, editor: { id: 0, login: 'acme', type: 'Organization' } },
  ],
  ['a deleted user', { lastEditedAt: AT, editor: null }, { at: AT, editor: { id: 0, login: 'ghost', type: 'User' } }],
];

describe('who edited an issue last', () => {
  it.each(cases)(
    '%s',
    async (_, answer, edit) =>
      await answering([issue(answer)], async ({ github, asked }) => {
        expect(await github.lastEdit(7)).toEqual(edit);
        expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /graphql']);
        expect(asked[0]?.body).toMatchObject({ variables: { number: 7 } });
      }),
  );
  it.each([
    ['no issue', issue(null)],
    ['no editor', issue({ lastEditedAt: AT })],
    ['no time', issue({ lastEditedAt: 'yesterday', editor: null })],
    [
      'an error beside the data',
      { body: { data: { repository: null }, errors: [{ message: 'Resource not accessible by integration' }] } },
    ],
  ])(
    'is an error with %s',
    async (_, answer) =>
      await answering([answer], async ({ github }) => {
        await expect(github.lastEdit(7)).rejects.toMatchObject({
          name: expect.stringMatching(/GitHubFailure|UserError/),
        });
      }),
  );
});
