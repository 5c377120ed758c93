import type { Digest, Sha } from '../contracts/index.ts';

/** `owner/name`, taken apart. */
export interface Repository {
  owner: string;
  name: string;
}

/** Who did something. A deleted user, or an actor that GitHub leaves out, is `{ id: 0, login: 'ghost', type: 'User' }`: nobody, who never counts. */
export interface Person {
  id: number;
  login: string;
  /** `User`, `Bot`, `Organization`, `Mannequin`, …: GitHub's word. */
  type: string;
}

export interface Issue {
  number: number;
  id: number;
  title: string;
  /** Empty where GitHub says null. */
  body: string;
  /** SHA-256 of the body's UTF-8 bytes as GitHub gave them. */
  bodyDigest: Digest;
  state: 'open' | 'closed';
  author: Person;
  /** Names, as GitHub orders them. */
  labels: string[];
  /** GitHub numbers issues and pull requests together. */
  isPull: boolean;
}

export interface PullHead {
  /** The branch's short name. */
  ref: string;
  sha: Sha;
  /** `owner/name`; null where the fork is gone. */
  repository: string | null;
}

export interface Pull {
  number: number;
  /** For `markReady`. */
  nodeId: string;
  state: 'open' | 'closed';
  draft: boolean;
  merged: boolean;
  head: PullHead;
  base: PullHead;
  author: Person;
  title: string;
  /** Empty where GitHub says null. */
  body: string;
}

export type ReviewState = 'approved' | 'changes_requested' | 'commented' | 'dismissed';

/**
 * One thing that happened to an issue or a pull request, as far as a decision can depend on it; other events are left out. Items come in GitHub's order. `at` is
 * RFC 3339, UTC. Source: docs.github.com/en/rest/using-the-rest-api/issue-event-types, .../rest/issues/timeline.
 */
export type TimelineItem = { at: string } & (
  | {
      kind: 'review';
      id: number;
      actor: Person;
      state: ReviewState;
      /** The head that was reviewed; null where GitHub no longer knows it. */
      commit: Sha | null;
      body: string;
    }
  | {
      kind: 'comment';
      id: number;
      actor: Person;
      body: string;
      /** `updated_at` differs from `created_at`. */
      edited: boolean;
    }
  /** `wasState` is what the review said before; its own item says `dismissed` from then on. `byPush`: the commit whose push dismissed it, null where a person did. */
  | { kind: 'dismissed'; reviewId: number; wasState: string; byPush: Sha | null; actor: Person }
  | { kind: 'labeled' | 'unlabeled'; label: string; actor: Person }
  | { kind: 'force_pushed' | 'closed' | 'reopened' | 'base_changed' | 'renamed'; actor: Person }
);

/** A comment that `saveComment` may find its own one among: every `comment` of a timeline is one. */
export interface Comment {
  id: number;
  actor: Person;
  body: string;
}

/** What somebody may do in the repository, a custom role counted as the role that it builds on. */
export type Permission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

export interface Artifact {
  id: number;
  name: string;
  /** Bytes of the archive. */
  size: number;
  /** SHA-256 of the archive as it is downloaded; null where GitHub does not know it. */
  digest: Digest | null;
  expired: boolean;
  createdAt: string;
  /** The run that uploaded it; null where that is gone. */
  run: {
    id: number;
    headBranch: string | null;
    headSha: Sha;
    repositoryId: number;
    headRepositoryId: number | null;
  } | null;
}

export interface WorkflowRun {
  id: number;
  /** Of the workflow file, `.github/workflows/x.yml`. */
  path: string;
  /** What GitHub writes after `@` in the path (a branch or a full ref); null where it writes nothing. */
  pathRef: string | null;
  event: string;
  headBranch: string | null;
  headSha: Sha;
  repositoryId: number;
  headRepositoryId: number | null;
  /** `completed`, `in_progress`, `queued`, …: GitHub's word. */
  status: string;
  /** `success`, `failure`, `cancelled`, …; null until it is completed. */
  conclusion: string | null;
  attempt: number;
  createdAt: string;
  /** Of the latest attempt. */
  startedAt: string;
}

export interface Job {
  id: number;
  /** In a called workflow `<caller job> / <job>`. */
  name: string;
  status: string;
  conclusion: string | null;
  startedAt: string | null;
  completedAt: string | null;
  attempt: number;
}

export type Conclusion = 'success' | 'failure' | 'action_required';

/** A line of a file that a check run points at. Source: docs.github.com/en/rest/checks/runs. */
export interface Annotation {
  path: string;
  startLine: number;
  endLine: number;
  level: 'notice' | 'warning' | 'failure';
  message: string;
  title?: string;
}

export interface CheckRun {
  id: number;
  name: string;
  headSha: Sha;
  externalId: string | null;
  status: string;
  conclusion: string | null;
  title: string | null;
  summary: string | null;
  /** Slug of the app that made it; for a workflow's token `github-actions`. */
  app: string | null;
}

/** A completed check run as it should be. */
export interface DesiredCheckRun {
  name: string;
  headSha: Sha;
  /** `countersign:<pull>:<head>`. */
  externalId: string;
  conclusion: Conclusion;
  title: string;
  /** Markdown, below 65,535 characters. */
  summary: string;
  /** Of these GitHub shows the first 50. */
  annotations: readonly Annotation[];
  detailsUrl?: string;
}

/**
 * One repository as its token sees it. Reads are retried a few times on 5xx, time-outs and broken answers, and wait for a secondary limit as long as GitHub asks, up
 * to a cap. A write that got no answer is looked for before it is sent again. Whatever fails in the end is a `GitHubFailure`, a UserError that says
 * what permission or setting is missing. What GitHub answers is checked before anything of it is returned. One call is one request for each page of 100, unless it says
 * otherwise.
 */
export interface GitHub {
  readonly repository: Repository;
  /** Null for a number that is no issue any more (404, 410). */
  issue(number: number): Promise<Issue | null>;
  /** Who last changed the body of an issue, and when; null where nobody did since it was opened. Titles and labels don't count. */
  lastEdit(number: number): Promise<{ at: string; editor: Person } | null>;
  /** Of an issue or a pull request, whole: above `maxPages` (default 10) pages a UserError, since half of it would be another story. */
  timeline(number: number, options?: { maxPages?: number }): Promise<TimelineItem[]>;
  /** Asked once for each person. `none` for somebody unknown, and where the login by now belongs to somebody else than `person.id`. */
  permission(person: Pick<Person, 'id' | 'login'>): Promise<Permission>;
  pull(number: number): Promise<Pull | null>;
  /** The open pull request of a branch of this repository; a UserError where there are several. */
  openPullOf(branch: string): Promise<Pull | null>;
  /** All of them: one for each base. */
  openPullsOf(branch: string): Promise<Pull[]>;
  /** Every pull request that GitHub associates with the commit, closed ones and those of forks too. */
  pullsOfCommit(sha: Sha): Promise<Pull[]>;
  /** All artifacts of exactly this name, newest first. */
  artifacts(name: string): Promise<Artifact[]>;
  /** The artifacts of one run: which names are taken. */
  artifactsOf(runId: number): Promise<Artifact[]>;
  workflowRun(id: number): Promise<WorkflowRun>;
  /** Of all attempts. */
  jobs(runId: number): Promise<Job[]>;
  /**
   * Streams the archive (zip) to `file`, which must not exist yet; nothing is left there when it fails. Two requests, of which the second goes to the storage host
   * without the token. A UserError above `maxBytes` (default 512 MiB).
   */
  downloadArtifact(id: number, file: string, options?: { maxBytes?: number }): Promise<Downloaded>;
  /** The comments of an issue or pull request, oldest first. */
  comments(number: number): Promise<Comment[]>;
  /**
   * Keeps one comment of a kind, ours: found by its hidden first line and the token's own identity, edited in place when its text differs. Without `among` (the comments as
   * just read) they are read first. One write, or none when it is right as it is.
   */
  saveComment(number: number, kind: string, body: string, among?: readonly Comment[]): Promise<Saved>;
  /** A draft; where the branch has one already, that one, untouched. */
  createPull(pull: { title: string; head: string; base: string; body: string }): Promise<Pull>;
  updatePull(number: number, change: { title?: string; body?: string }): Promise<Pull>;
  markReady(nodeId: string): Promise<void>;
  /** The latest check runs of a commit, of every app. */
  checkRuns(sha: Sha): Promise<CheckRun[]>;
  /** Creates or updates one check run so that it is as desired; no request when it is so among `existing` (the commit's, as just read). */
  saveCheckRun(desired: DesiredCheckRun, existing: readonly CheckRun[]): Promise<Saved>;
}

/** What a save did, and the id of what is there now. */
export interface Saved {
  id: number;
  did: 'created' | 'updated' | 'nothing';
}

export interface Downloaded {
  bytes: number;
  /** Of the archive: compare it with `Artifact.digest`. */
  digest: Digest;
}
