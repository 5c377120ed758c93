import { Answer } from './answer.ts';
import { failedWith, GitHubFailure } from './failure.ts';
import { effectsOf, type OpenOptions, PERMISSIONS } from './open.ts';
import { entriesOf, type Parameters, Transport } from './transport.ts';
import type { Permission } from './types.ts';

/** What one request said, or why nothing is known: the token may not ask, or no answer came. Never a guess. */
export type Known<T> = { known: true; value: T } | { known: false; why: string };

/** A rule that is active on a branch, wherever it comes from. Source: docs.github.com/en/rest/repos/rules. */
export interface BranchRule {
  type: string;
  /** `Repository`, `Organization` or `Enterprise`. */
  from: string;
  parameters: Readonly<Record<string, unknown>>;
}

/** Classic branch protection, as far as doctor looks. */
export interface Protection {
  checks: { context: string; app: number | null }[];
  needsPull: boolean;
  needsCodeOwners: boolean;
  forcePushes: boolean;
  admins: boolean;
}

/** An active push ruleset: what paths it keeps out, and how many may pass it all the same (null: not shown to this token). */
export interface PushRuleset {
  name: string;
  restrictedPaths: string[];
  bypass: number | null;
}

/** How a repository is set up. */
export interface RepositorySettings {
  defaultBranch: string;
  archived: boolean;
  hasIssues: boolean;
  /** Rules of rulesets that are active on the default branch. */
  rules: Known<BranchRule[]>;
  /** Null: none. */
  protection: Known<Protection | null>;
  pushRulesets: Known<PushRuleset[]>;
  actions: Known<{ enabled: boolean; allowed: string | null; onlyPinned: boolean }>;
  workflow: Known<{ permissions: 'read' | 'write'; mayCreatePulls: boolean }>;
  hasLabel: Known<boolean>;
  /** By login, as it was asked for. */
  permissions: Readonly<Record<string, Known<Permission>>>;
}

/**
 * Reads how a repository is set up, with as many requests as there are things to know. Changes nothing. Throws a UserError where the repository itself cannot be seen; anything else
 * that the token may not ask for is `known: false`.
 */
export async function readSettings(
  options: OpenOptions,
  { label, logins }: { label: string; logins: readonly string[] },
): Promise<RepositorySettings> {
  const { token, apiUrl, repository, userAgent = 'countersign' } = options;
  const transport = new Transport({ token, apiUrl, userAgent, effects: effectsOf(options) });
  const base: Parameters = { owner: repository.owner, repo: repository.name };
  const get = async (path: string, more: Parameters = {}): Promise<Answer> => {
    const { data, at } = await transport.send(`GET /repos/{owner}/{repo}${path}`, { ...base, ...more });
    return new Answer(data, at);
  };
  const list = async (path: string, more: Parameters): Promise<Answer[]> => {
    const found: Answer[] = [];
    for await (const page of transport.pages(`GET /repos/{owner}/{repo}${path}`, { ...base, ...more }))
      found.push(...entriesOf(page).map((entry) => new Answer(entry, page.at)));
    return found;
  };

  // Not caught: a token that GitHub does not know is one error, not ten things that nobody knows.
  const about = await get('');
  const branch = about.text('default_branch');
  return {
    defaultBranch: branch,
    archived: about.flag('archived'),
    hasIssues: about.flag('has_issues'),
    rules: await known(async () => (await list('/rules/branches/{branch}', { branch })).map(branchRule)),
    protection: await known(async () => await classic(get, branch)),
    pushRulesets: await known(async () => await pushRulesets(get, list)),
    actions: await known(async () => {
      const actions = await get('/actions/permissions');
      return {
        enabled: actions.flag('enabled'),
        allowed: actions.has('allowed_actions') ? actions.text('allowed_actions') : null,
        onlyPinned: actions.has('sha_pinning_required') && actions.flag('sha_pinning_required'),
      };
    }),
    workflow: await known(async () => {
      const workflow = await get('/actions/permissions/workflow');
      return {
        permissions: workflow.oneOf('default_workflow_permissions', ['read', 'write']),
        mayCreatePulls: workflow.flag('can_approve_pull_request_reviews'),
      };
    }),
    hasLabel: await known(async () => await exists(get('/labels/{name}', { name: label }))),
    permissions: Object.fromEntries(
      await Promise.all(
        logins.map(async (login) => [login, await known(async () => await permissionOf(get, login))] as const),
      ),
    ),
  };
}

type Get = (path: string, more?: Parameters) => Promise<Answer>;

async function known<T>(read: () => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await read() };
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    return { known: false, why: error.errors.map(({ message, at }) => `${at}: ${message}`).join('; ') };
  }
}

async function exists(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (failedWith(error, 404)) return false;
    throw error;
  }
}

function branchRule(rule: Answer): BranchRule {
  return {
    type: rule.text('type'),
    from: rule.has('ruleset_source_type') ? rule.text('ruleset_source_type') : 'Repository',
    parameters: rule.has('parameters') ? rule.object('parameters').all() : {},
  };
}

const isSet = (answer: Answer | null, name: string): boolean =>
  answer !== null && answer.has(name) && answer.flag(name);

/** Only administrators may read it. The branch itself says whether there is any: a 404 alone would also mean "may not know". */
async function classic(get: Get, branch: string): Promise<Protection | null> {
  const { enabled, checks } = about(await get('/branches/{branch}', { branch }));
  if (!enabled) return null;
  const protection = await get('/branches/{branch}/protection', { branch });
  const reviews = protection.has('required_pull_request_reviews')
    ? protection.object('required_pull_request_reviews')
    : null;
  const enabledIn = (name: string): boolean => protection.has(name) && protection.object(name).flag('enabled');
  return {
    checks,
    needsPull: reviews !== null,
    needsCodeOwners: isSet(reviews, 'require_code_owner_reviews'),
    forcePushes: enabledIn('allow_force_pushes'),
    admins: enabledIn('enforce_admins'),
  };
}

function about(branch: Answer): { enabled: boolean; checks: Protection['checks'] } {
  const protection = branch.has('protection') ? branch.object('protection') : null;
  const enabled = protection !== null && protection.has('enabled') && protection.flag('enabled');
  const required =
    protection !== null && protection.has('required_status_checks')
      ? protection.object('required_status_checks')
      : null;
  const checks = required !== null && required.has('checks') ? required.list('checks') : [];
  return {
    enabled,
    checks: checks.map((entry) => {
      const check = new Answer(entry, `${branch.at} checks`);
      return { context: check.text('context'), app: check.has('app_id') ? check.number('app_id') : null };
    }),
  };
}

async function pushRulesets(get: Get, list: (path: string, more: Parameters) => Promise<Answer[]>) {
  const found: PushRuleset[] = [];
  for (const entry of await list('/rulesets', { targets: 'push', includes_parents: true })) {
    if (entry.text('enforcement') !== 'active' || !entry.has('target') || entry.text('target') !== 'push') continue;
    const ruleset = await get('/rulesets/{ruleset_id}', { ruleset_id: entry.number('id') });
    const rules = ruleset.list('rules').map((rule) => new Answer(rule, `${ruleset.at} rules`));
    found.push({
      name: ruleset.text('name'),
      restrictedPaths: rules
        .filter((rule) => rule.text('type') === 'file_path_restriction')
        .flatMap((rule) => rule.object('parameters').list('restricted_file_paths'))
        .filter((path) => typeof path === 'string'),
      bypass: ruleset.has('bypass_actors') ? ruleset.list('bypass_actors').length : null,
    });
  }
  return found;
}

async function permissionOf(get: Get, login: string): Promise<Permission> {
  try {
    const answer = await get('/collaborators/{username}/permission', { username: login });
    const role = answer.text('role_name');
    return PERMISSIONS.find((name) => name === role) ?? answer.oneOf('permission', PERMISSIONS);
  } catch (error) {
    if (failedWith(error, 404)) return 'none';
    throw error;
  }
}
