/** What tests see of the twin: open it, make repositories and people, let people act, look at what was asked of it. */

/** `read` or `write`, by the name that a workflow's `permissions:` has (`contents`, `pull-requests`, …). What is not named is not granted. */
export type Permissions = Readonly<Record<string, 'read' | 'write'>>;

/** What a person may do in a repository. */
export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

export interface TwinOptions {
  /** Where the bare repositories and artifacts lie; by default a folder under the system's temporary one, removed by `close`. */
  folder?: string;
  /** The clock of everything the twin writes down. GitHub's times have whole seconds. */
  now?: () => Date;
}

/** JSON as a client of the API would see it. */
export type Json = Record<string, unknown>;

/** An event as GitHub sends it to webhooks and workflows; `payload` holds to GitHub's own schema of it. */
export interface GitHubEvent {
  /** `issues`, `issue_comment`, `pull_request`, `pull_request_review`, `push`, `workflow_run`, `workflow_dispatch`, `merge_group`. */
  name: string;
  /** Null for events without one (`push`, `workflow_dispatch`). */
  action: string | null;
  payload: Json;
  /** Whose token or hand it was: GitHub starts no workflow for what a workflow's own token did. */
  by: { login: string; isWorkflow: boolean };
  at: string;
}

/** What an act left behind: the number or id of it, and the event that GitHub would send (null where it sends none). */
export interface Done {
  /** Of the issue, pull request, comment, review or commit status. */
  id: number;
  event: GitHubEvent | null;
}

export interface TwinPerson {
  id: number;
  login: string;
  /** `User`, `Bot`, `Organization`, `Mannequin`. */
  type: string;
}

export interface RepositoryOptions {
  /** `main` by default. */
  defaultBranch?: string;
  /** Of the first commit; none at all: an empty repository. */
  files?: Files;
  /** `private` by default: a token reads nothing that its permissions do not name. */
  visibility?: 'private' | 'public';
  /** Labels that exist; `packet` and GitHub's `bug` by default. */
  labels?: readonly string[];
}

/** Path → text or bytes; null deletes. `{ text, executable: true }` for a script, `{ symlink }` for a link. */
export type Files = Readonly<
  Record<string, string | Uint8Array | null | { text: string; executable: true } | { symlink: string }>
>;

export interface CommitOptions {
  message?: string;
  /** Default: the branch's tip (or nothing, where it is new: then the default branch's). */
  parent?: string | null;
  /** Author and committer; by default a person of no account. */
  author?: { name: string; email: string };
}

export interface Twin {
  /** `http://127.0.0.1:PORT`: a GITHUB_SERVER_URL; git lies at `/OWNER/NAME.git`. */
  readonly url: string;
  /** `…/api/v3`, for GITHUB_API_URL. */
  readonly apiUrl: string;
  /** `…/api/graphql`. */
  readonly graphqlUrl: string;
  /** For ACTIONS_RESULTS_URL and ACTIONS_RUNTIME_URL, with its slash. */
  readonly resultsUrl: string;
  /** The folder of bare repositories, `OWNER/NAME.git`: `url.file://<remotes>/.insteadOf https://github.com/`. */
  readonly remotes: string;
  /** Makes a repository, `owner/name`. */
  repository(fullName: string, options?: RepositoryOptions): TwinRepository;
  /** Makes somebody, or finds them. Bots are called `name[bot]`. */
  person(login: string, options?: { type?: string }): TwinPerson;
  /** The account is deleted: what it did stays and is nobody's (`user: null`). */
  deletePerson(login: string): void;
  /** The login is taken over by another account with another id. */
  reuseLogin(login: string): TwinPerson;
  /**
   * A token. With `permissions`: as a job's `github.token` (its repository alone, `github-actions[bot]`, app `github-actions`). With `actor` and no permissions: that
   * person's own, which may what the person may.
   */
  token(
    options: { label?: string } & (
      | { repository: string; permissions: Permissions; app?: string }
      | { actor: string; permissions?: undefined }
    ),
  ): string;
  /** The token that a job's steps talk to the artifact service with (ACTIONS_RUNTIME_TOKEN). */
  runtimeToken(repository: string, runId: number): string;
  /** A job's token has these permissions and this label from now on: act gives all jobs of a run the same one. Throws for any other token. */
  regrant(token: string, as: { permissions: Permissions; label: string }): void;
  revoke(token: string): void;
  /** Requests or answers that GitHub's own description does not allow. A test that ends with one has failed: `expectNoViolations`. */
  readonly violations: readonly Violation[];
  readonly requests: RequestLog;
  readonly faults: Faults;
  /** Every event so far, in order. */
  readonly events: readonly GitHubEvent[];
  /** Throws where there is a violation, with all of them. */
  expectNoViolations(): void;
  close(): Promise<void>;
}

export interface TwinRepository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly fullName: string;
  /** The bare repository on disk. */
  readonly gitDir: string;
  /** `http://…/OWNER/NAME.git`. */
  readonly cloneUrl: string;
  /** Makes somebody a collaborator with a role, or takes it away (`none`). `roleName`: a custom role built on it. */
  collaborator(login: string, role: Role, roleName?: string): TwinPerson;
  /** A person's hands: what they do through GitHub's pages, or with git. */
  as(login: string): Hands;
  /** The tip of a branch, or null. */
  tip(branch: string): string | null;
  /** Runs git in the bare repository and gives its output, trimmed. */
  git(...args: string[]): string;
  /** Writes a commit without moving any branch. */
  commit(files: Files, options: CommitOptions & { parent: string | null }): string;
  /** Who is the actor of pushes that came without a token (file://); null: unknown. Default: `github-actions[bot]`. */
  pusher: string | null;
  /** What the API says of it now, as somebody who may see everything. */
  issue(number: number): Json;
  pull(number: number): Json;
  checkRuns(sha: string): Json[];
  timeline(number: number): Json[];
  readonly runs: Runs;
  readonly settings: RepositorySettings;
  /** A fork of somebody: a repository of its own, that pull requests can come from. */
  fork(owner: string): TwinRepository;
}

/** Settings that a person changes on the settings pages. Change them in place. */
export interface RepositorySettings {
  /** Settings → Actions → General. */
  actions: {
    enabled: boolean;
    allowedActions: 'all' | 'local_only' | 'selected';
    shaPinningRequired: boolean;
    defaultWorkflowPermissions: 'read' | 'write';
    canApprovePullRequests: boolean;
  };
  hasIssues: boolean;
  archived: boolean;
  /** As the API takes them (`POST /repos/{owner}/{repo}/rulesets`). */
  addRuleset(ruleset: Json): number;
  removeRuleset(id: number): void;
  /** Classic branch protection, as the API shows it; null: none. */
  protect(branch: string, protection: Json | null): void;
}

/** Every act happens at once and as GitHub would do it: it is refused (throws) where the person may not. */
export interface Hands {
  openIssue(issue: { title: string; body?: string | null; labels?: string[] }): Done;
  editIssue(number: number, change: { title?: string; body?: string | null }): Done;
  label(number: number, name: string): Done;
  unlabel(number: number, name: string): Done;
  close(number: number): Done;
  reopen(number: number): Done;
  comment(number: number, body: string): Done;
  editComment(id: number, body: string): Done;
  deleteComment(id: number): Done;
  openPull(pull: { title: string; head: string; base?: string; body?: string | null; draft?: boolean }): Done;
  editPull(number: number, change: { title?: string; body?: string | null }): Done;
  retarget(number: number, base: string): Done;
  ready(number: number): Done;
  toDraft(number: number): Done;
  merge(number: number, method?: 'merge' | 'squash'): Done;
  /** "Merge when ready" of a merge queue: the group's commit is made on its own branch, and checks are asked for. */
  enqueue(number: number): { sha: string; event: GitHubEvent };
  /** `commit`: the head that was on the reviewer's screen; by default the present one. */
  review(
    number: number,
    state: 'approve' | 'request_changes' | 'comment',
    options?: { body?: string; commit?: string },
  ): Done;
  editReview(number: number, id: number, body: string): Done;
  dismiss(number: number, id: number, message?: string): Done;
  /** Commits these files on top of the branch and pushes. Returns the commit's id. */
  push(branch: string, files: Files, options?: CommitOptions): { sha: string; event: GitHubEvent };
  /** Moves a branch to a commit that the repository has (null deletes it), whatever was there. */
  forcePush(branch: string, sha: string | null): { event: GitHubEvent };
  /** "Run workflow". The event is for `runs.start`. */
  dispatch(workflow: string, inputs?: Record<string, string>, ref?: string): Done;
}

/** Workflow runs and jobs. The harness that really runs workflows, or a test, says what happened. */
export interface Runs {
  /** Starts a run; `triggeredBy` gives event, actor and head as GitHub would fill them in. */
  start(run: RunStart): TwinRun;
  get(id: number): TwinRun;
  all(): TwinRun[];
}

export interface RunStart {
  /** `.github/workflows/countersign.yml` */
  path: string;
  /** An event of this repository, or the event's name. */
  event: GitHubEvent | string;
  actor?: string;
  /** Default: as GitHub picks it for the event (the default branch, or a pull request's head). */
  headBranch?: string;
  headSha?: string;
  /** What `run-name` gave. */
  title?: string;
  /** Of a fork. */
  headRepository?: string;
}

export interface TwinRun {
  readonly id: number;
  readonly attempt: number;
  /** A queued job; on GitHub its name may be `<caller job> / <job>`. Makes a check run on the run's head, as GitHub does. */
  job(name: string): TwinJob;
  /** Ends every job that is not ended, and the run. Sends `workflow_run` completed. */
  finish(conclusion: 'success' | 'failure' | 'cancelled' | 'skipped' | 'timed_out'): GitHubEvent;
  /** "Re-run all jobs": the next attempt of the same run. */
  rerun(): TwinRun;
  /** Puts an archive there without the artifact service: for tests of readers. `zip` is the archive's bytes. Returns the artifact's id. */
  addArtifact(name: string, zip: Uint8Array): number;
  expireArtifact(id: number): void;
  runtimeToken(): string;
  json(): Json;
}

export interface TwinJob {
  readonly id: number;
  start(): TwinJob;
  finish(conclusion: 'success' | 'failure' | 'cancelled' | 'skipped'): TwinJob;
  /** Expressions in a job's name are known when it starts. */
  rename(name: string): TwinJob;
}

export interface Violation {
  /** `GET /repos/{owner}/{repo}` or `event issues-opened`. */
  operation: string;
  part: 'request' | 'response' | 'event';
  /** One line for each thing that is wrong. */
  errors: string[];
  /** As sent. */
  url: string;
  value: unknown;
}

export interface Asked {
  /** Of the token (`label`), `anonymous` or `unknown token`. */
  label: string;
  method: string;
  /** Below the API's root, with the query. */
  path: string;
  /** `GET /repos/{owner}/{repo}/issues/{issue_number}`, `POST /graphql`, `twirp CreateArtifact`, `blob`, `git upload-pack`; null where nothing answers. */
  operation: string | null;
  status: number;
  at: string;
}

export interface RequestLog {
  readonly all: readonly Asked[];
  /** REST and GraphQL requests (the ones that count against a limit), of one label or all. */
  count(label?: string): number;
  /** What `count` counts, as `GET /repos/acme/site/issues/7 200`. */
  list(label?: string): string[];
  /** Tells of every request that was carried out; except for git and blobs, before its answer leaves. Returns what ends it. */
  watch(seen: (asked: Asked) => void): () => void;
  clear(): void;
}

export interface Fault {
  /** `GET /repos/{owner}/{repo}/pulls/{pull_number}`, a part of the path, or a pattern on `METHOD /path?query`. */
  on: string | RegExp;
  /** Only for requests of this token. */
  label?: string;
  /** How often; once by default. */
  times?: number;
  /** How many fitting requests pass before it. */
  after?: number;
  /**
   * `status`: answered with it, nothing is done. `afterwards`: done, and then answered with it (or cut off) all the same. `delay`: milliseconds before all else. `cut`: bytes of the
   * answer after which the connection breaks. `silent`: no answer ever. `secondary`: the secondary rate limit, `retry-after` in seconds (null: without the header).
   * `primary`: the hourly limit is used up.
   */
  status?: number;
  afterwards?: boolean;
  delay?: number;
  cut?: number;
  silent?: boolean;
  secondary?: number | null;
  primary?: boolean;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface Faults {
  /** Returns a function that takes it back and says how often it struck. */
  add(fault: Fault): () => number;
  clear(): void;
}
