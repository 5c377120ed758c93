import { readFileSync } from 'node:fs';
import { usage } from '../contracts/index.ts';
import type { Environment } from './inputs.ts';

/** What the runner says about this run of a workflow. Source: docs.github.com, Variables reference; the runner sets these, no step can. */
export interface Runner {
  /** `owner/name`, and its numeric id. */
  repository: string;
  repositoryId: number;
  apiUrl: string;
  serverUrl: string;
  runId: number;
  attempt: number;
  /** The checkout of the default branch. */
  workspace: string;
  temporary: string;
  eventName: string;
  event: unknown;
  defaultBranch: string;
}

const MAX_EVENT = 32 << 20;

/** Reads it all, or throws a UserError that names what is missing. */
export function readRunner(env: Environment): Runner {
  const must = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '')
      throw usage(`${name} is not set`, name, 'Run this as a step of a workflow; a runner sets it.');
    return value;
  };
  const number = (name: string): number => {
    const value = Number(must(name));
    if (!Number.isSafeInteger(value) || value < 1) throw usage(`${name} is no number`, name, 'A runner sets it.');
    return value;
  };
  const event = readEvent(must('GITHUB_EVENT_PATH'));
  const repository = field(event, 'repository');
  const defaultBranch = field(repository, 'default_branch');
  if (typeof defaultBranch !== 'string' || defaultBranch === '')
    throw usage('the event names no default branch', 'repository.default_branch', 'Use an event of a repository.');
  return {
    repository: must('GITHUB_REPOSITORY'),
    repositoryId: repositoryId(env, repository),
    apiUrl: must('GITHUB_API_URL'),
    serverUrl: must('GITHUB_SERVER_URL'),
    runId: number('GITHUB_RUN_ID'),
    attempt: env.GITHUB_RUN_ATTEMPT ? number('GITHUB_RUN_ATTEMPT') : 1,
    workspace: must('GITHUB_WORKSPACE'),
    temporary: must('RUNNER_TEMP'),
    eventName: must('GITHUB_EVENT_NAME'),
    event,
    defaultBranch,
  };
}

function repositoryId(env: Environment, repository: unknown): number {
  const id = Number(env.GITHUB_REPOSITORY_ID || field(repository, 'id'));
  if (!Number.isSafeInteger(id) || id < 1)
    throw usage('the repository has no id', 'GITHUB_REPOSITORY_ID', 'A runner sets it.');
  return id;
}

function readEvent(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  if (text.length > MAX_EVENT) throw usage('the event is too large', 'GITHUB_EVENT_PATH', 'Send a smaller event.');
  return JSON.parse(text);
}

/** One member of something that came from outside; undefined where there is none. */
export const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
