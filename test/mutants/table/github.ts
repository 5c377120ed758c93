import type { Mutant } from '../mutant.ts';

const TRANSPORT = 'src/github/transport.ts';
const READS = 'test/github/reads.test.ts';
const WRITES = 'test/github/writes.test.ts';

/** What stands between us and GitHub: its API, and git remotes. */
export const GITHUB: readonly Mutant[] = [
  {
    without: 'a redirect of the API is refused',
    file: TRANSPORT,
    find: 'if (reply.status >= 300) throw',
    replace: 'if (reply.status >= 400) throw',
    caughtBy: { test: 'test/github/transport.test.ts', name: 'follows no redirect' },
  },
  {
    without: 'half an answer is none',
    file: TRANSPORT,
    find: "return typeof data === 'object'",
    replace: "return typeof data !== 'undefined'",
    caughtBy: { test: 'test/github/transport.test.ts', name: 'is tried again after' },
  },
  {
    without: 'a list that goes on is an error',
    file: TRANSPORT,
    find: 'throw tooMany(placeOf(route, parameters), maxPages);',
    replace: '',
    caughtBy: { test: 'test/github/transport.test.ts', name: 'is refused above' },
  },
  {
    without: 'a lost write is looked for before it is sent again',
    file: TRANSPORT,
    find: 'const found = unclear ? await find() : null;',
    replace: 'const found = unclear ? null : await find();',
    caughtBy: { test: WRITES, name: 'is created once' },
  },
  {
    without: 'the token is not sent in the clear',
    file: TRANSPORT,
    find: "(url.protocol === 'http:' && isHere)",
    replace: "(url.protocol === 'http:' || isHere)",
    caughtBy: { test: 'test/github/transport.test.ts', name: 'is not' },
  },
  {
    without: 'a login must still belong to the person',
    file: 'src/github/open.ts',
    find: "if (answer.person('user').id !== person.id) return 'none';",
    replace: '',
    caughtBy: { test: 'test/github/permission.test.ts' },
  },
  {
    without: 'a comment of ours is by ourselves',
    file: 'src/github/comments.ts',
    find: "actor.type === 'Bot' && actor.login === wanted.login && ",
    replace: '',
    caughtBy: { test: WRITES, name: 'is not that of' },
  },
  {
    without: 'a check run of ours is by our app',
    file: 'src/github/check-runs.ts',
    find: ' && r.app === app',
    replace: '',
    caughtBy: { test: WRITES, name: 'is not ours' },
  },
  {
    without: 'the newest check run of a name counts',
    file: 'src/github/check-runs.ts',
    find: 'b.id - a.id',
    replace: 'a.id - b.id',
    caughtBy: { test: WRITES, name: 'hides' },
  },
  {
    without: 'a comment that was edited says so',
    file: 'src/github/issues.ts',
    find: "item.time('updated_at') !== created",
    replace: "item.time('updated_at') === ''",
    caughtBy: { test: READS, name: 'what happened' },
  },
  {
    without: "a fork's branch of the same name is another branch",
    file: 'src/github/pulls.ts',
    find: ' && isSame(head.repository, repository)',
    replace: '',
    caughtBy: { test: READS, name: 'not of a fork' },
  },
  {
    without: 'an archive has a limit',
    file: 'src/github/download.ts',
    find: 'if (bytes > maxBytes) {',
    replace: 'if (bytes < 0) {',
    caughtBy: { test: 'test/github/download.test.ts', name: 'above the limit' },
  },
  {
    without: 'a push names what it expects',
    file: 'src/git/push.ts',
    find: "'--no-follow-tags', lease, '--'",
    replace: "'--no-follow-tags', '--force', '--'",
    caughtBy: { test: 'test/git/remote-push.test.ts' },
  },
  {
    without: 'objects that arrive are checked',
    file: 'src/git/remote-environment.ts',
    find: "['fetch.fsckObjects', 'true']",
    replace: "['fetch.fsckObjects', 'false']",
    caughtBy: { test: 'test/git/remote.test.ts', name: 'hostile tree' },
  },
  {
    without: 'git follows no redirect',
    file: 'src/git/remote-environment.ts',
    find: "['http.followRedirects', 'false']",
    replace: "['http.followRedirects', 'true']",
    caughtBy: { test: 'test/git/remote-http.test.ts', name: 'follows no redirect' },
  },
  {
    without: 'git is sent to https alone',
    file: 'src/git/remote-environment.ts',
    find: "(parsed?.protocol === 'file:' && local)",
    replace: "(parsed?.protocol === 'file:' || local)",
    caughtBy: { test: 'test/git/remote.test.ts', name: 'goes to no address' },
  },
  {
    without: 'the opened commit adds one file and no more',
    file: 'src/git/commit-object.ts',
    find: "if (added?.kind !== 'added' || added.path !== path || others.length > 0) {",
    replace: 'if (added === undefined) {',
    caughtBy: { test: 'test/git/remote-commits.test.ts', name: 'is refused for' },
  },
  {
    without: 'the result commit has the id that was computed',
    file: 'src/git/commit-object.ts',
    find: 'if (id !== commit.id) throw',
    replace: 'if (id === undefined) throw',
    caughtBy: { test: 'test/git/remote-commits.test.ts', name: 'under the id' },
  },
];
