import { readYaml } from '../../packet/index.ts';
import { caller } from '../templates/caller.ts';
import type { Pin } from '../types.ts';
import { ok, problem, warning } from './finding.ts';
import type { Finding } from './types.ts';

const USES = /^([\w.-]+\/[\w.-]+)\/\.github\/workflows\/packet\.yml@(\S+)$/;
const OWN = './.github/workflows/packet.yml';

/** A member of something that a YAML file holds; undefined where there is none. */
const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

const entries = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

/** The caller: whether it hears of everything, holds no more than it needs, and calls one commit and no other. */
export function callerFindings(text: string, at: string, pin: Pin | null): Finding[] {
  const read = readYaml(text);
  if (!read.ok) return [problem('caller', `is not plain YAML: ${read.errors[0]?.message ?? ''}`, at, REWRITE)];
  const job = entries(member(read.value, 'jobs')).find(([, value]) => {
    const uses = member(value, 'uses');
    return uses === OWN || (typeof uses === 'string' && USES.test(uses));
  })?.[1];
  if (job === undefined)
    return [problem('caller', 'has no job that calls packet.yml of Countersign', `${at} jobs`, REWRITE)];
  return [...events(read.value, at), ...permissions(read.value, job, at), pinned(member(job, 'uses'), at, pin)];
}

const REWRITE = 'Move the file away and run countersign init: it writes it anew.';

/** As the template has them: the template is read, so that the two cannot drift. */
function expected(): { on: unknown; permissions: unknown; name: unknown } {
  const placeholder = { repository: 'o/n', commit: '0'.repeat(40) as Pin['commit'], version: '0' };
  const read = readYaml(caller.render({ pin: placeholder, approvers: [], repository: null, baseRef: 'main' }));
  const value = read.ok ? read.value : null;
  const job = entries(member(value, 'jobs'))[0]?.[1];
  return { on: member(value, 'on'), permissions: member(job, 'permissions'), name: member(value, 'name') };
}

function events(workflow: unknown, at: string): Finding[] {
  const { on, name } = expected();
  const has = member(workflow, 'on');
  const missing = entries(on).flatMap(([event, wanted]) => {
    if (!entries(has).some(([key]) => key === event)) return [event];
    const types = member(member(has, event), 'types');
    // Without a list GitHub takes some types of each event, and not all of those that are needed.
    const given = Array.isArray(types) ? types : [];
    const needed = member(wanted, 'types');
    return Array.isArray(needed)
      ? needed.filter((type) => !given.includes(type)).map((type) => `${event}: ${type}`)
      : [];
  });
  const followed = member(member(has, 'workflow_run'), 'workflows');
  const own = member(workflow, 'name');
  if (missing.length === 0 && (!Array.isArray(followed) || typeof own !== 'string' || !followed.includes(own)))
    missing.push(`workflow_run of the workflow's own name (${String(name)})`);
  return missing.length === 0
    ? [ok('caller', 'the workflow hears of everything that changes a packet', at)]
    : [problem('caller', `does not hear of ${missing.join(', ')}`, `${at} on`, REWRITE)];
}

function permissions(workflow: unknown, job: unknown, at: string): Finding[] {
  const wanted = expected().permissions;
  const top = member(workflow, 'permissions');
  const own = member(job, 'permissions');
  const lacks = entries(wanted).filter(([name, level]) => !holds(member(own, name), level));
  const found: Finding[] = [];
  if (typeof top !== 'object' || top === null || entries(top).length > 0)
    found.push(
      warning(
        'caller_permissions',
        'gives every job permissions',
        `${at} permissions`,
        'Write `permissions: {}` at the top.',
      ),
    );
  if (lacks.length > 0)
    found.push(
      problem(
        'caller_permissions',
        `the job lacks ${lacks.map(([name, level]) => `${name}: ${String(level)}`).join(', ')}`,
        `${at} jobs`,
        'Give the calling job these permissions. GitHub starts nothing where a job of packet.yml, skipped ones included, asks for more than its caller has.',
      ),
    );
  const more = entries(own).filter(([name, level]) => level === 'write' && !holds(member(wanted, name), level));
  if (typeof own === 'string' || more.length > 0)
    found.push(
      warning(
        'caller_permissions',
        `the job holds more than is used: ${typeof own === 'string' ? own : more.map(([name]) => name).join(', ')}`,
        `${at} jobs`,
        'Take it away.',
      ),
    );
  return found.length > 0 ? found : [ok('caller_permissions', 'the workflow holds what is used and no more', at)];
}

const holds = (has: unknown, wanted: unknown): boolean => has === wanted || (has === 'write' && wanted === 'read');

function pinned(uses: unknown, at: string, own: Pin | null): Finding {
  if (uses === OWN) return ok('caller_pin', "calls this repository's own packet.yml", at);
  const [, repository = '', commit = ''] = USES.exec(String(uses)) ?? [];
  if (!/^[0-9a-f]{40}$/.test(commit))
    return problem(
      'caller_pin',
      `calls packet.yml at ${JSON.stringify(commit.slice(0, 60))}, which somebody else can move`,
      `${at} jobs`,
      'Name a commit by its 40 hex digits: countersign init writes the one it is of.',
    );
  if (own !== null && own.repository === repository && own.commit !== commit)
    return warning(
      'caller_pin',
      `calls packet.yml at ${commit}; this countersign is ${own.commit}`,
      `${at} jobs`,
      'Run countersign init to move it on, or doctor from that commit.',
    );
  return ok('caller_pin', `calls packet.yml of ${repository} at ${commit}`, at);
}

const PINNED = /^(?:\.\/|\$\/|docker:\/\/[^\s]+@sha256:[0-9a-f]{64}$|[^\s@]+@(?:[0-9a-f]{40}|[0-9a-f]{64})$)/;

/** Every `uses` of a workflow, at any depth. */
function usesOf(value: unknown): string[] {
  return entries(value).flatMap(([key, inner]) =>
    key === 'uses' && typeof inner === 'string' ? [inner] : usesOf(inner),
  );
}

/** Actions of the repository's other workflows: one that is named by a tag is whatever its owner makes of it, with that workflow's token. */
export function pinFindings(workflows: Readonly<Record<string, string | null>>): Finding[] {
  const loose = Object.entries(workflows).flatMap(([path, text]) => {
    const read = readYaml(text ?? '');
    if (!read.ok) return [unread(path)];
    return [...new Set(usesOf(read.value).filter((uses) => !PINNED.test(uses)))].map((uses) =>
      warning('pins', `${uses} is not pinned to a commit`, path, 'Name the 40 hex digits of a commit.'),
    );
  });
  return loose.length > 0 ? loose : [ok('pins', 'every action is pinned to a commit', '.github/workflows')];
}

const unread = (path: string): Finding => ({
  code: 'pins',
  level: 'unknown',
  message: 'cannot be read as plain YAML, so nobody knows whether its actions are pinned',
  at: path,
  fix: 'Look at its `uses` yourself, or write it without anchors and tags.',
});
