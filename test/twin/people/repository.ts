import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Api } from '../http/api.ts';
import type { Tokens } from '../http/tokens.ts';
import { addRuleset } from '../rest/rules.ts';
import { checkRun } from '../shapes/check.ts';
import { issue as issueJson } from '../shapes/issue.ts';
import { isPull, pull as pullJson } from '../shapes/pull.ts';
import { timelineItem } from '../shapes/timeline.ts';
import type { RepositoryOptions, RepositorySettings, TwinRepository } from '../types.ts';
import { account } from '../world/accounts.ts';
import { Git } from '../world/git.ts';
import type { Issue, Repository, World } from '../world/types.ts';
import { writeCommit } from './commits.ts';
import { handsOf } from './hands.ts';
import { runsOf } from './runs.ts';

const LABELS: readonly string[] = ['bug', 'packet'];

function newRepository(
  world: World,
  fullName: string,
  options: RepositoryOptions,
  parent: Repository | null,
): Repository {
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(fullName) ?? [];
  if (owner === undefined || name === undefined) throw new Error(`${fullName} is no owner/name`);
  if (world.repositories.some((other) => `${other.owner.login}/${other.name}`.toLowerCase() === fullName.toLowerCase()))
    throw new Error(`${fullName} is there already`);
  const dir = join(world.remotes, owner, `${name}.git`);
  mkdirSync(dirname(dir), { recursive: true });
  const { defaultBranch = 'main', labels = LABELS, visibility = 'private' } = options;
  const repository: Repository = {
    id: world.nextId(),
    owner: account(world, owner),
    name,
    visibility,
    defaultBranch,
    parent,
    createdAt: world.now(),
    git: Git.init(dir, defaultBranch),
    collaborators: new Map(),
    labels: labels.map((label) => ({ id: world.nextId(), name: label, color: 'd73a4a', description: null })),
    lastNumber: 0,
    issues: new Map(),
    suites: [],
    checkRuns: [],
    statuses: [],
    workflows: [],
    runs: [],
    artifacts: [],
    rulesets: [],
    protections: new Map(),
    actions: {
      enabled: true,
      allowedActions: 'all',
      shaPinningRequired: false,
      defaultWorkflowPermissions: 'read',
      canApprovePullRequests: true,
    },
    hasIssues: true,
    archived: false,
    pusher: account(world, 'github-actions[bot]'),
    known: new Map(),
  };
  world.repositories.push(repository);
  return repository;
}

export interface Parts {
  world: World;
  api: Api;
  tokens: Tokens;
}

export function openRepository(parts: Parts, fullName: string, options: RepositoryOptions = {}): TwinRepository {
  const { world } = parts;
  const repository = newRepository(world, fullName, options, null);
  if (options.files) {
    const first = { parent: null, message: 'First commit' };
    const sha = writeCommit(world, repository, options.files, first, repository.owner);
    repository.git.update(`refs/heads/${repository.defaultBranch}`, sha);
    repository.known.set(repository.defaultBranch, sha);
  }
  return handleOf(parts, repository);
}

function fork(parts: Parts, of: Repository, owner: string): TwinRepository {
  const { visibility, defaultBranch } = of;
  const made = newRepository(parts.world, `${owner}/${of.name}`, { visibility, defaultBranch }, of);
  made.git.run(['fetch', '--quiet', '--no-write-fetch-head', of.git.dir, '+refs/heads/*:refs/heads/*']);
  made.known = made.git.heads();
  return handleOf(parts, made);
}

/** What a test holds of a repository. */
function handleOf(parts: Parts, of: Repository): TwinRepository {
  const { world, api, tokens } = parts;
  const sync = (): void => api.syncAll();
  const issueOf = (number: number): Issue => {
    sync();
    const found = of.issues.get(number);
    if (!found) throw new Error(`there is no #${number}`);
    return found;
  };
  return {
    id: of.id,
    owner: of.owner.login,
    name: of.name,
    fullName: `${of.owner.login}/${of.name}`,
    gitDir: of.git.dir,
    cloneUrl: `${world.url}/${of.owner.login}/${of.name}.git`,
    collaborator: (login, role, roleName = role) => {
      const who = account(world, login);
      if (role === 'none') of.collaborators.delete(who);
      else of.collaborators.set(who, { role, roleName });
      return who;
    },
    as: (login) => handsOf(world, api, of, account(world, login)),
    tip: (branch) => of.git.heads().get(branch) ?? null,
    git: (...args) => of.git.run(args),
    commit: (files, options) => writeCommit(world, of, files, options, null),
    get pusher(): string | null {
      return of.pusher?.login ?? null;
    },
    set pusher(login: string | null) {
      sync();
      of.pusher = login === null ? null : account(world, login);
    },
    issue: (number) => issueJson(world, of, issueOf(number)),
    pull: (number) => {
      const issue = issueOf(number);
      if (!isPull(issue)) throw new Error(`#${number} is no pull request`);
      return pullJson(world, of, issue);
    },
    checkRuns: (sha) => of.checkRuns.filter((run) => run.headSha === sha).map((run) => checkRun(world, of, run)),
    timeline: (number) => {
      const issue = issueOf(number);
      return issue.timeline.map((entry) => timelineItem(world, of, issue, entry));
    },
    runs: runsOf(world, tokens, of, sync),
    settings: settingsOf(world, of),
    fork: (owner) => fork(parts, of, owner),
  };
}

function settingsOf(world: World, of: Repository): RepositorySettings {
  return {
    actions: of.actions,
    get hasIssues(): boolean {
      return of.hasIssues;
    },
    set hasIssues(has: boolean) {
      of.hasIssues = has;
    },
    get archived(): boolean {
      return of.archived;
    },
    set archived(is: boolean) {
      of.archived = is;
    },
    addRuleset: (ruleset) => Number(addRuleset(world, of, ruleset)['id']),
    removeRuleset: (id) => {
      of.rulesets = of.rulesets.filter((ruleset) => ruleset['id'] !== id);
    },
    protect: (branch, protection) => {
      if (protection === null) of.protections.delete(branch);
      else of.protections.set(branch, protection);
    },
  };
}
