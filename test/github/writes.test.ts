import { describe, expect, it } from '@jest/globals';
import { asSha } from '../../src/contracts/index.ts';
import { type CheckRun, type DesiredCheckRun, openGitHub, repositoryOf } from '../../src/github/index.ts';
import { ADA, BOT, checkRun, comment, pull, SHA } from './data.ts';
import { type Answer, type Asked, answering, refused } from './server.ts';

const MARKED = '<!-- countersign:packet -->\nhello';
const ours = { ...comment, id: 50, user: BOT, body: MARKED };
const actor = { id: BOT.id, login: BOT.login, type: 'Bot' };
const methods = (asked: readonly Asked[]): string[] => asked.map(({ method }) => method);
const down: Answer = { status: 502 };

/** A server that stores what is posted, answers the first `failures` posts with a fault after (or before) storing, and lists what it has. */
function storing(
  faults: readonly ('before' | 'after')[],
  made: (body: unknown) => unknown,
  listed: (all: unknown[]) => unknown,
) {
  const stored: unknown[] = [];
  let posts = 0;
  const answer = ({ method, body }: Asked): Answer => {
    if (method !== 'POST') return { body: listed(stored) };
    const fault = faults[posts];
    posts += 1;
    if (fault === 'before') return down;
    const now = made(body);
    stored.push(now);
    return fault === 'after' ? (_, response) => void response.destroy() : { status: 201, body: now };
  };
  return { answer, stored };
}

describe('the one comment of a kind', () => {
  it('is created where there is none', () =>
    answering([{ body: [comment] }, { status: 201, body: ours }], async ({ github, asked }) => {
      expect(await github.saveComment(7, 'packet', 'hello')).toEqual({ id: 50, did: 'created' });
      expect(asked[1]).toMatchObject({
        method: 'POST',
        path: '/repos/acme/site/issues/7/comments',
        body: { body: MARKED },
      });
    }));

  it('is left alone where it is right, with no request at all when the comments are known', () =>
    answering([{ body: [ours] }], async ({ github, asked }) => {
      expect(await github.saveComment(7, 'packet', 'hello')).toEqual({ id: 50, did: 'nothing' });
      const known = [{ id: 50, actor, body: MARKED }];
      expect(await github.saveComment(7, 'packet', 'hello', known)).toEqual({ id: 50, did: 'nothing' });
      expect(asked).toHaveLength(1);
    }));

  it('is edited in place', () =>
    answering([{ body: ours }], async ({ github, asked }) => {
      const known = [{ id: 50, actor, body: MARKED }];
      expect(await github.saveComment(7, 'packet', 'changed', known)).toEqual({ id: 50, did: 'updated' });
      expect(asked).toHaveLength(1);
      expect(asked[0]).toMatchObject({ method: 'PATCH', path: '/repos/acme/site/issues/comments/50' });
    }));

  it.each([
    ['a person', { ...ours, user: ADA }],
    ['a person with our login', { ...ours, user: { ...BOT, type: 'User' } }],
    ['another bot', { ...ours, user: { ...BOT, login: 'evil[bot]' } }],
    ['a quote of it', { ...ours, body: `> ${MARKED}` }],
    ['another kind', { ...ours, body: '<!-- countersign:packet2 -->\nhello' }],
    ['a marker further down', { ...ours, body: `hi\n${MARKED}` }],
  ])('is not that of %s', (_, other) =>
    answering([{ body: [other] }, { status: 201, body: ours }], async ({ github }) => {
      expect((await github.saveComment(7, 'packet', 'hello')).did).toBe('created');
    }),
  );

  it.each([[['after']], [['before']], [['before', 'after']], [['before', 'before', 'after']]] as (
    | 'before'
    | 'after'
  )[][][])('is created once when answers are lost %j', (faults) => {
    const { answer, stored } = storing(
      faults,
      (body) => ({ ...ours, ...(body as object) }),
      (all) => all,
    );
    return answering(answer, async ({ github }) => {
      expect(await github.saveComment(7, 'packet', 'hello')).toEqual({ id: 50, did: 'created' });
      expect(stored).toHaveLength(1);
    });
  });

  it('is sent again after a secondary limit without looking: nothing was done', () =>
    answering(
      [{ body: [] }, { status: 403, headers: { 'retry-after': '1' } }, { status: 201, body: ours }],
      async ({ github, asked }) => {
        expect((await github.saveComment(7, 'packet', 'hello')).id).toBe(50);
        expect(methods(asked)).toEqual(['GET', 'POST', 'POST']);
      },
    ));
});

describe('a pull request', () => {
  const wanted = { title: 'Fix it', head: 'packet/fix-7', base: 'main', body: 'Closes #7' };

  it('is created as a draft', () =>
    answering([{ status: 201, body: pull }], async ({ github, asked }) => {
      expect((await github.createPull(wanted)).number).toBe(8);
      expect(asked).toEqual([
        {
          method: 'POST',
          path: '/repos/acme/site/pulls',
          authorization: 'token s3cret',
          body: { ...wanted, draft: true },
        },
      ]);
    }));

  it('that somebody else opened meanwhile is taken as it is', () =>
    answering(
      [{ status: 422, body: { message: 'A pull request already exists' } }, { body: [pull] }],
      async ({ github }) => {
        expect((await github.createPull(wanted)).number).toBe(8);
      },
    ));

  it('is refused for any other 422', () =>
    answering(
      [{ status: 422, body: { message: 'No commits between main and main' } }, { body: [] }],
      async ({ github }) => {
        expect((await refused(github.createPull(wanted))).message).toMatch(/No commits between/);
      },
    ));

  it('is created once when the answer is lost', () => {
    const { answer, stored } = storing(
      ['after'],
      () => pull,
      (all) => all,
    );
    return answering(answer, async ({ github }) => {
      expect((await github.createPull(wanted)).number).toBe(8);
      expect(stored).toHaveLength(1);
    });
  });

  it('is changed, as often as it takes', () =>
    answering([down, { body: pull }], async ({ github, asked }) => {
      await github.updatePull(8, { body: 'new' });
      expect(asked.map(({ body }) => body)).toEqual([{ body: 'new' }, { body: 'new' }]);
    }));

  it('is marked ready by GraphQL', () =>
    answering(
      [{ body: { data: { markPullRequestReadyForReview: { pullRequest: { isDraft: false } } } } }],
      async ({ github, asked }) => {
        await github.markReady('PR_8');
        expect(asked).toHaveLength(1);
        expect(asked[0]).toMatchObject({ method: 'POST', path: '/graphql', body: { variables: { id: 'PR_8' } } });
      },
    ));

  it.each<[string, unknown, RegExp]>([
    [
      'an error',
      { data: null, errors: [{ message: 'Resource not accessible by integration' }] },
      /Resource not accessible/,
    ],
    [
      'a draft that stays one',
      { data: { markPullRequestReadyForReview: { pullRequest: { isDraft: true } } } },
      /still a draft/,
    ],
    ['nothing', { data: null }, /not as documented/],
  ])('says so when GraphQL answers %s', (_, body, message) =>
    answering([{ body }], async ({ github }) => {
      expect((await refused(github.markReady('PR_8'))).message).toMatch(message);
    }),
  );

  it('finds GraphQL beside the REST of an Enterprise server', () =>
    answering(
      [{ body: { data: { markPullRequestReadyForReview: { pullRequest: { isDraft: false } } } } }],
      async ({ url, asked }) => {
        const enterprise = openGitHub({ token: 't', apiUrl: `${url}/api/v3`, repository: repositoryOf('acme/site') });
        await enterprise.markReady('PR_8');
        expect(asked[0]?.path).toBe('/api/graphql');
      },
    ));
});

describe('a check run', () => {
  const sha = asSha(SHA);
  const desired: DesiredCheckRun = {
    name: 'countersign/gate',
    headSha: sha,
    externalId: 'countersign:8:x',
    conclusion: 'success',
    title: 'Ready',
    summary: 'All there',
    annotations: [],
  };
  const there: CheckRun = {
    id: 11,
    name: 'countersign/gate',
    headSha: sha,
    externalId: 'countersign:8:x',
    status: 'completed',
    conclusion: 'success',
    title: 'Ready',
    summary: 'All there',
    app: 'github-actions',
  };
  const line = { path: 'a.ts', startLine: 1, endLine: 2, level: 'failure', message: 'bad' } as const;

  it('costs nothing where it is as desired', () =>
    answering([], async ({ github, asked }) => {
      expect(await github.saveCheckRun(desired, [there])).toEqual({ id: 11, did: 'nothing' });
      expect(asked).toEqual([]);
    }));

  it.each<[string, Partial<CheckRun>]>([
    ['conclusion', { conclusion: 'failure' }],
    ['title', { title: 'Not ready' }],
    ['summary', { summary: null }],
    ['status', { status: 'in_progress', conclusion: null }],
  ])('is updated where its %s differs', (_, difference) =>
    answering([{ body: checkRun }], async ({ github, asked }) => {
      expect(await github.saveCheckRun(desired, [{ ...there, ...difference }])).toEqual({ id: 11, did: 'updated' });
      expect(asked).toMatchObject([
        {
          method: 'PATCH',
          path: '/repos/acme/site/check-runs/11',
          body: { status: 'completed', conclusion: 'success', output: { title: 'Ready', summary: 'All there' } },
        },
      ]);
    }),
  );

  it.each<[string, Partial<CheckRun>]>([
    ['another app', { app: 'evil' }],
    ['no app', { app: null }],
    ['another name', { name: 'countersign/contract' }],
    ['another head', { headSha: asSha('2'.repeat(40)) }],
    ['another pull request', { externalId: 'countersign:9:x' }],
    ['nobody', { externalId: null }],
  ])('of %s is not ours', (_, difference) =>
    answering([{ status: 201, body: checkRun }], async ({ github, asked }) => {
      expect((await github.saveCheckRun(desired, [{ ...there, ...difference }])).did).toBe('created');
      expect(methods(asked)).toEqual(['POST']);
    }),
  );

  it('that a later one of the same name hides is made anew', () =>
    answering([{ status: 201, body: checkRun }], async ({ github }) => {
      const forged = { ...there, id: 12, externalId: 'forged', conclusion: 'success' };
      expect((await github.saveCheckRun({ ...desired, conclusion: 'failure' }, [there, forged])).did).toBe('created');
    }));

  it('with annotations is another one for each set of them, and never gets them twice', () =>
    answering([{ status: 201, body: checkRun }], async ({ github, asked }) => {
      const lines = Array.from({ length: 60 }, () => line);
      await github.saveCheckRun({ ...desired, annotations: lines }, [there]);
      const sent = asked[0]?.body as { external_id: string; output: { annotations: unknown[] } } | undefined;
      const { external_id: id = '', output } = sent ?? {};
      expect(id).toMatch(/^countersign:8:x:[0-9a-f]{12}$/);
      expect(output?.annotations).toHaveLength(50);
      expect(output?.annotations[0]).toEqual({
        path: 'a.ts',
        start_line: 1,
        end_line: 2,
        annotation_level: 'failure',
        message: 'bad',
      });
      const saved = { ...there, externalId: id };
      expect((await github.saveCheckRun({ ...desired, annotations: lines }, [saved])).did).toBe('nothing');
      expect((await github.saveCheckRun({ ...desired, annotations: [line] }, [saved])).did).toBe('created');
      expect((await github.saveCheckRun({ ...desired, annotations: lines, title: 'x' }, [saved])).did).toBe('updated');
      expect(asked[2]?.body).not.toHaveProperty('output.annotations');
    }));

  it('is created once when the answer is lost', () => {
    const { answer, stored } = storing(
      ['before', 'after'],
      () => checkRun,
      (all) => ({ check_runs: all }),
    );
    return answering(answer, async ({ github }) => {
      expect(await github.saveCheckRun(desired, [])).toEqual({ id: 11, did: 'created' });
      expect(stored).toHaveLength(1);
    });
  });
});
