import { load } from 'js-yaml';

/** A workflow file as far as this runner must understand it: what act does not know of GitHub. */
export interface Workflow {
  name: string;
  runName: string | null;
  on: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  jobs: ReadonlyMap<string, Job>;
  document: Document;
}

export interface Job {
  id: string;
  /** May hold expressions. */
  name: string;
  permissions: Permissions;
  /** Of another workflow, where it calls one. */
  uses: string | null;
}

export type Permissions = Readonly<Record<string, 'read' | 'write'>>;
export type Document = Record<string, unknown>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const EVENTS_KNOWN = new Set([
  'issues',
  'issue_comment',
  'merge_group',
  'pull_request',
  'pull_request_review',
  'pull_request_target',
  'push',
  'schedule',
  'workflow_call',
  'workflow_dispatch',
  'workflow_run',
]);

/** Reads a workflow; throws on whatever would be passed over in silence. */
export function readWorkflow(source: string): Workflow {
  const document = record(load(source));
  const on = events(document['on']);
  for (const name of on.keys()) if (!EVENTS_KNOWN.has(name)) throw new Error(`this runner knows no event ${name}`);
  const outer = permissionsOf(document['permissions']);
  const jobs = Object.entries(record(document['jobs'])).map(([id, value]): [string, Job] => {
    const job = record(value);
    const own = permissionsOf(job['permissions']) ?? outer;
    if (own === null) throw new Error(`job ${id} says nothing of permissions: what it gets depends on the repository`);
    return [id, { id, name: text(job['name']) || id, permissions: own, uses: text(job['uses']) || null }];
  });
  return {
    name: text(document['name']),
    runName: text(document['run-name']) || null,
    on,
    jobs: new Map(jobs),
    document,
  };
}

function events(on: unknown): Map<string, Record<string, unknown>> {
  const names = typeof on === 'string' ? [on] : Array.isArray(on) ? on.map(String) : null;
  if (names !== null) return new Map(names.map((name) => [name, {}]));
  return new Map(Object.entries(record(on)).map(([name, filter]) => [name, record(filter)]));
}

function permissionsOf(value: unknown): Permissions | null {
  if (value === undefined) return null;
  if (!isRecord(value)) throw new Error(`permissions: ${JSON.stringify(value)} is too wide for this runner`);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, level]): [string, 'read' | 'write'][] => {
      if (level === 'none') return [];
      if (level !== 'read' && level !== 'write') throw new Error(`permissions.${name}: ${String(level)}`);
      return [[name, level]];
    }),
  );
}

/** A called workflow may not take more than the calling job has: GitHub does not start such a run. */
export function assertWithin(inner: Permissions, outer: Permissions, job: string): void {
  for (const [name, level] of Object.entries(inner))
    if (outer[name] !== 'write' && outer[name] !== level)
      throw new Error(`job ${job} asks for ${name}: ${level}, its caller has ${outer[name] ?? 'none'}`);
}

/** Activity types of a pull request that count where none are named. Source: docs.github.com, Events that trigger workflows. */
const PULL_DEFAULTS = ['opened', 'synchronize', 'reopened'];

/** Whether an event of this name starts the workflow: `types` and `workflows` are looked at, any other filter is refused. */
export function isStartedBy(
  { on }: Workflow,
  name: string,
  { action, payload }: { action: string | null; payload: Record<string, unknown> },
): boolean {
  const filter = on.get(name);
  if (filter === undefined) return false;
  const { types, workflows, inputs: _, ...rest } = filter;
  if (Object.keys(rest).length > 0) throw new Error(`this runner knows no filter ${Object.keys(rest).join(', ')}`);
  const wanted =
    types === undefined ? (name.startsWith('pull_request') && !name.endsWith('review') ? PULL_DEFAULTS : null) : types;
  if (Array.isArray(wanted) && !wanted.includes(action)) return false;
  if (name !== 'workflow_run') return true;
  return Array.isArray(workflows) && workflows.includes(record(payload['workflow_run'])['name']);
}

/** `run-name` with expressions of the form `a.b || c.d`; anything else is refused. */
export function runTitle(runName: string, event: Record<string, unknown>): string {
  return runName.replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) => {
    for (const path of expression.split('||').map((part) => part.trim())) {
      if (!/^(?:github\.event|inputs)(?:\.\w+)+$/.test(path)) throw new Error(`run-name: ${path}`);
      const keys = path.replace(/^github\.event\./, '').split('.');
      const found = keys.reduce<unknown>((value, key) => record(value)[key], event);
      if (typeof found === 'number' || (typeof found === 'string' && found !== '')) return String(found);
    }
    return '';
  });
}
