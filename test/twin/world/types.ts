import type { GitHubEvent, Json, Role } from '../types.ts';
import type { Git } from './git.ts';

/** Somebody with an account. */
export interface Account {
  id: number;
  login: string;
  type: string;
  deleted: boolean;
  createdAt: string;
}

export interface App {
  id: number;
  slug: string;
  name: string;
}

/** Who does something, and with what right. */
export interface Caller {
  /** Null: nobody who is logged in. */
  person: Account | null;
  /** Set for a token of an installation (a workflow's too). */
  app: App | null;
  /** Of an installation's token: what it was given, in one repository. Null: a person's own token, which may what the person may. */
  grant: { repositoryId: number; permissions: ReadonlyMap<string, 'read' | 'write'> } | null;
  label: string;
}

/** Whose doing something is. */
export type Doer = Pick<Caller, 'person' | 'app'>;

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Comment {
  id: number;
  number: number;
  author: Account;
  app: App | null;
  body: string;
  createdAt: string;
  updatedAt: string;
}

export interface Review {
  id: number;
  author: Account;
  body: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  commit: string;
  submittedAt: string;
  updatedAt: string;
}

/** What is only written down once. Comments and reviews are shown as they are now. */
export type TimelineEntry = { id: number; at: string } & (
  | { event: 'commented'; comment: Comment }
  | { event: 'reviewed'; review: Review }
  | { event: 'committed'; sha: string }
  | {
      event: string;
      actor: Account | null;
      app: App | null;
      commit: string | null;
      more: (show: { person: (account: Account) => Json }) => Json;
    }
);

export interface Issue {
  id: number;
  number: number;
  title: string;
  body: string | null;
  author: Account;
  app: App | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'reopened' | 'duplicate' | null;
  closedBy: Account | null;
  labels: Label[];
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  /** Of the body, by whom; REST does not tell it. */
  lastEdit: { at: string; by: Account } | null;
  timeline: TimelineEntry[];
  /** Every pull request is an issue, too. */
  pull: Pull | null;
}

export interface Pull {
  id: number;
  draft: boolean;
  /** This repository or a fork. */
  headRepository: Repository;
  headRef: string;
  /** As long as it is open, the tip; from then on the last one. */
  headSha: string;
  baseRef: string;
  /** Of the base branch, as GitHub recorded it at the last change of the pull request. */
  baseSha: string;
  mergedAt: string | null;
  mergedBy: Account | null;
  mergeCommit: string | null;
  reviews: Review[];
  reviewers: Account[];
}

export interface CheckRun {
  id: number;
  suiteId: number;
  app: App;
  name: string;
  headSha: string;
  externalId: string;
  detailsUrl: string | null;
  status: string;
  conclusion: string | null;
  startedAt: string | null;
  completedAt: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: Json[];
  /** Made by GitHub for a job of a workflow; the API does not change those. */
  jobId: number | null;
}

export interface CheckSuite {
  id: number;
  app: App;
  headSha: string;
  headBranch: string | null;
  createdAt: string;
}

export interface Status {
  id: number;
  sha: string;
  state: string;
  context: string;
  description: string | null;
  targetUrl: string | null;
  creator: Account | null;
  createdAt: string;
}

export interface Workflow {
  id: number;
  path: string;
  name: string;
  createdAt: string;
}

export interface Run {
  id: number;
  number: number;
  attempt: number;
  workflow: Workflow;
  event: string;
  actor: Account;
  headBranch: string;
  headSha: string;
  headRepository: Repository;
  title: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  createdAt: string;
  startedAt: string;
  updatedAt: string;
  suiteId: number;
  jobs: Job[];
}

export interface Job {
  id: number;
  name: string;
  attempt: number;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: string | null;
  createdAt: string;
  startedAt: string;
  completedAt: string | null;
}

export interface Artifact {
  id: number;
  name: string;
  run: Run;
  /** The archive on disk; null until it is finalized. */
  file: string;
  finalized: boolean;
  size: number;
  digest: string;
  expired: boolean;
  createdAt: string;
  expiresAt: string;
}

export interface Repository {
  id: number;
  owner: Account;
  name: string;
  visibility: 'private' | 'public';
  defaultBranch: string;
  parent: Repository | null;
  createdAt: string;
  git: Git;
  collaborators: Map<Account, { role: Role; roleName: string }>;
  labels: Label[];
  lastNumber: number;
  issues: Map<number, Issue>;
  suites: CheckSuite[];
  checkRuns: CheckRun[];
  statuses: Status[];
  workflows: Workflow[];
  runs: Run[];
  artifacts: Artifact[];
  rulesets: Json[];
  protections: Map<string, Json>;
  actions: {
    enabled: boolean;
    allowedActions: 'all' | 'local_only' | 'selected';
    shaPinningRequired: boolean;
    defaultWorkflowPermissions: 'read' | 'write';
    canApprovePullRequests: boolean;
  };
  hasIssues: boolean;
  archived: boolean;
  /** Of pushes without a token. */
  pusher: Account | null;
  /** Branches as last seen. */
  known: Map<string, string>;
}

/** All there is. Everything that happens is a change of this; nothing else remembers. */
export interface World {
  url: string;
  apiUrl: string;
  remotes: string;
  /** Where archives lie. */
  blobs: string;
  /** RFC 3339, whole seconds, as GitHub writes times. */
  now(): string;
  nextId(): number;
  accounts: Account[];
  apps: App[];
  repositories: Repository[];
  events: GitHubEvent[];
  /** Checks and keeps an event. */
  emit(event: GitHubEvent): GitHubEvent;
  /** An address on the storage host that needs no token, for reading or writing one archive. */
  signedUrl(artifact: Artifact, may: 'r' | 'w'): string;
  rateOf(label: string): { limit: number; remaining: number; reset: number; used: number };
}
