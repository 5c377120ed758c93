import type { Api } from '../http/api.ts';
import type { CommitOptions, Done, Files, GitHubEvent, Hands, Json } from '../types.ts';
import { fullName } from '../shapes/repository.ts';
import { isPull, type PullIssue } from '../shapes/pull.ts';
import { setDraft } from '../world/pulls.ts';
import { atLeast, roleOf } from '../world/rights.ts';
import { whyNoPush } from '../world/rules.ts';
import type { Account, Caller, Repository, World } from '../world/types.ts';
import { writeCommit } from './commits.ts';
import { enqueue } from './queue.ts';

const done = (id: number, events: readonly GitHubEvent[]): Done => ({ id, event: events[0] ?? null });

/** What a person does, done through the same operations as everything else, with the person's own rights. */
export function handsOf(world: World, api: Api, repo: Repository, person: Account): Hands {
  const caller: Caller = { person, app: null, grant: null, label: person.login };

  const ask = (method: string, path: string, body?: Json): { data: Json; events: GitHubEvent[] } => {
    // What was pushed before this is somebody else's.
    api.syncAll();
    const before = world.events.length;
    const { answer } = api.perform({ caller, method, path: `/repos/${fullName(repo)}/${path}`, body });
    const { status, body: data } = answer;
    if (status >= 300) {
      const { message, errors } = data as { message?: string; errors?: unknown };
      throw new Error(`${person.login}: ${method} ${path} ${status} ${message} ${JSON.stringify(errors ?? '')}`);
    }
    return { data: (data ?? {}) as Json, events: world.events.slice(before) };
  };
  /** A change of something that is known by `id`. */
  const change = (id: number, method: string, path: string, body?: Json): Done =>
    done(id, ask(method, path, body).events);
  /** Something new. `member`: where its number stands. */
  const make = (member: 'id' | 'number', method: string, path: string, body: Json): Done => {
    const { data, events } = ask(method, path, body);
    return done(Number(data[member]), events);
  };
  const pullOf = (number: number): PullIssue => {
    const issue = repo.issues.get(number);
    if (!issue || !isPull(issue)) throw new Error(`#${number} is no pull request`);
    return issue;
  };
  const draft = (number: number, is: boolean): Done => {
    const issue = pullOf(number);
    if (issue.author !== person) mustPush();
    const before = world.events.length;
    setDraft(world, repo, issue, is, caller);
    return done(number, world.events.slice(before));
  };
  const mustPush = (): void => {
    if (!atLeast(roleOf(repo, person), 'write')) throw new Error(`${person.login} may not push to ${fullName(repo)}`);
  };
  const kind = (number: number): string => (repo.issues.get(number)?.pull ? 'pulls' : 'issues');
  /** Moves a branch and says what GitHub made of it. */
  const move = (branch: string, sha: string | null): GitHubEvent => {
    mustPush();
    api.syncAll();
    const why = whyNoPush(repo, branch, sha);
    if (why !== null) throw new Error(`GH013: Repository rule violations found for refs/heads/${branch}. ${why}`);
    const before = world.events.length;
    repo.git.update(`refs/heads/${branch}`, sha);
    api.syncAll(caller);
    const event = world.events.slice(before).find(({ name }) => name === 'push');
    if (!event) throw new Error(`${branch} was there already`);
    return event;
  };

  return {
    openIssue: ({ body, ...issue }) =>
      make('number', 'POST', 'issues', { ...issue, ...(typeof body === 'string' ? { body } : {}) }),
    editIssue: (number, what) => change(number, 'PATCH', `issues/${number}`, { ...what }),
    label: (number, name) => change(number, 'POST', `issues/${number}/labels`, { labels: [name] }),
    unlabel: (number, name) => change(number, 'DELETE', `issues/${number}/labels/${encodeURIComponent(name)}`),
    close: (number) => change(number, 'PATCH', `${kind(number)}/${number}`, { state: 'closed' }),
    reopen: (number) => change(number, 'PATCH', `${kind(number)}/${number}`, { state: 'open' }),
    comment: (number, body) => make('id', 'POST', `issues/${number}/comments`, { body }),
    editComment: (id, body) => change(id, 'PATCH', `issues/comments/${id}`, { body }),
    deleteComment: (id) => change(id, 'DELETE', `issues/comments/${id}`),
    openPull: ({ base = repo.defaultBranch, ...pull }) =>
      make('number', 'POST', 'pulls', { ...pull, base, ...(pull.body === null ? { body: '' } : {}) }),
    editPull: (number, { title, body }) =>
      change(number, 'PATCH', `pulls/${number}`, {
        ...(title === undefined ? {} : { title }),
        ...(body === undefined ? {} : { body: body ?? '' }),
      }),
    retarget: (number, base) => change(number, 'PATCH', `pulls/${number}`, { base }),
    ready: (number) => draft(number, false),
    toDraft: (number) => draft(number, true),
    merge: (number, method = 'merge') => change(number, 'PUT', `pulls/${number}/merge`, { merge_method: method }),
    enqueue: (number) => {
      mustPush();
      return enqueue(world, repo, pullOf(number), person, () => api.syncAll(caller));
    },
    review: (number, state, { body, commit } = {}) =>
      make('id', 'POST', `pulls/${number}/reviews`, {
        event: state.toUpperCase(),
        // The page asks for words where GitHub wants some.
        body: body ?? (state === 'approve' ? '' : 'Please look at this again.'),
        ...(commit === undefined ? {} : { commit_id: commit }),
      }),
    editReview: (number, id, body) => change(id, 'PUT', `pulls/${number}/reviews/${id}`, { body }),
    dismiss: (number, id, message = 'dismissed') =>
      change(id, 'PUT', `pulls/${number}/reviews/${id}/dismissals`, { message }),
    push: (branch: string, files: Files, options: CommitOptions = {}) => {
      const known = repo.git.heads();
      const parent =
        options.parent === undefined ? (known.get(branch) ?? known.get(repo.defaultBranch) ?? null) : options.parent;
      const sha = writeCommit(world, repo, files, { ...options, parent }, person);
      return { sha, event: move(branch, sha) };
    },
    forcePush: (branch, sha) => ({ event: move(branch, sha) }),
    dispatch: (workflow, inputs = {}, ref = repo.defaultBranch) =>
      change(0, 'POST', `actions/workflows/${workflow}/dispatches`, { ref, inputs }),
  };
}
