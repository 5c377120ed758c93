import type { Json } from '../types.ts';
import type { Repository } from './types.ts';

/** A rule of a ruleset, with the ruleset's id. */
export interface Rule {
  type: string;
  parameters: Json;
  rulesetId: number;
  bypass: Json[];
}

/** `~DEFAULT_BRANCH`, `~ALL`, or fnmatch on the full ref. Source: docs.github.com, "Creating rulesets", fnmatch syntax. */
function covers(repository: Repository, pattern: string, branch: string): boolean {
  if (pattern === '~ALL') return true;
  if (pattern === '~DEFAULT_BRANCH') return branch === repository.defaultBranch;
  const escaped = pattern
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      return part === '?' ? '[^/]' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${escaped}$`).test(`refs/heads/${branch}`);
}

/** The active rules of a branch that exists or may be made. */
export function rulesOf(repository: Repository, branch: string): Rule[] {
  return repository.rulesets.flatMap((ruleset) => {
    const {
      id,
      enforcement,
      target,
      conditions,
      rules,
      bypass_actors: bypass,
    } = ruleset as {
      id: number;
      enforcement: string;
      target?: string;
      conditions?: { ref_name?: { include?: string[]; exclude?: string[] } };
      rules?: { type: string; parameters?: Json }[];
      bypass_actors?: Json[];
    };
    if (enforcement !== 'active' || (target ?? 'branch') !== 'branch') return [];
    const { include = [], exclude = [] } = conditions?.ref_name ?? {};
    if (!include.some((pattern) => covers(repository, pattern, branch))) return [];
    if (exclude.some((pattern) => covers(repository, pattern, branch))) return [];
    return (rules ?? []).map(({ type, parameters = {} }) => ({
      type,
      parameters,
      rulesetId: id,
      bypass: bypass ?? [],
    }));
  });
}

export interface Protection {
  checks: { context: string; appId: number | null }[];
  reviews: number;
  /** Changes only by pull request. */
  needsPull: boolean;
  noForce: boolean;
  noDeletion: boolean;
}

/** Rulesets and classic protection together: the strictest counts. */
export function protectionOf(repository: Repository, branch: string): Protection {
  const rules = rulesOf(repository, branch);
  const has = (type: string): boolean => rules.some((rule) => rule.type === type);
  const classic = repository.protections.get(branch) as
    | {
        required_status_checks?: { checks?: { context: string; app_id: number | null }[]; contexts?: string[] };
        required_pull_request_reviews?: { required_approving_review_count?: number };
        allow_force_pushes?: { enabled?: boolean };
        allow_deletions?: { enabled?: boolean };
      }
    | undefined;
  const required = classic?.required_status_checks;
  return {
    checks: [
      ...rules
        .filter(({ type }) => type === 'required_status_checks')
        .flatMap(({ parameters }) =>
          (parameters['required_status_checks'] as { context: string; integration_id?: number }[]).map(
            ({ context, integration_id: appId }) => ({ context, appId: appId ?? null }),
          ),
        ),
      ...(required?.checks?.map(({ context, app_id: appId }) => ({ context, appId })) ??
        required?.contexts?.map((context) => ({ context, appId: null })) ??
        []),
    ],
    reviews: Math.max(
      0,
      ...rules
        .filter(({ type }) => type === 'pull_request')
        .map(({ parameters }) => Number(parameters['required_approving_review_count'] ?? 0)),
      classic?.required_pull_request_reviews?.required_approving_review_count ?? 0,
    ),
    needsPull: has('pull_request') || classic?.required_pull_request_reviews !== undefined,
    noForce: has('non_fast_forward') || (classic !== undefined && classic.allow_force_pushes?.enabled !== true),
    noDeletion: has('deletion') || (classic !== undefined && classic.allow_deletions?.enabled !== true),
  };
}

/** Why a branch must not be moved there, in GitHub's words; null where it may. `sha` null: deleted. */
export function whyNoPush(repository: Repository, branch: string, sha: string | null): string | null {
  const before = repository.known.get(branch);
  const { needsPull, noForce, noDeletion } = protectionOf(repository, branch);
  if (before === undefined) return null;
  if (sha === null) return noDeletion ? 'Cannot delete this branch' : null;
  if (needsPull) return 'Changes must be made through a pull request.';
  return noForce && !repository.git.isAncestor(before, sha) ? 'Cannot force-push to this branch' : null;
}
