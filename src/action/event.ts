import { isSha, type Sha } from '../contracts/index.ts';
import { field } from './runner.ts';

/** What an event may be about. Only a hint: everything is read again from GitHub. */
export interface Hint {
  issue: number | null;
  pull: number | null;
  /** The event is one that a run may follow: an issue, a sentence in a comment, a review, or a person who started the workflow. */
  asks: 'issue' | 'decision' | 'person' | null;
  /** `merge_group`: the commit that is to be merged. */
  mergeGroup: { sha: string; base: string } | null;
  /** `synchronize`: the head that a pull request left, which others may share. */
  left: Sha | null;
}

const NOTHING: Hint = { issue: null, pull: null, asks: null, mergeGroup: null, left: null };

const number = (value: unknown): number | null => {
  const parsed = typeof value === 'string' && /^[1-9]\d{0,9}$/.test(value) ? Number(value) : value;
  return typeof parsed === 'number' && Number.isSafeInteger(parsed) && parsed > 0 ? parsed : null;
};
const sha = (value: unknown): Sha | null => (typeof value === 'string' && isSha(value) ? value : null);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `packet/<packet_id>-<issue>`; null for the name of any other branch. */
export function packetBranch(ref: string): { packetId: string; issue: number } | null {
  const [, packetId, issue] = /^packet\/([a-z0-9][a-z0-9-]{2,63})-([1-9]\d{0,9})$/.exec(ref) ?? [];
  return packetId === undefined ? null : { packetId, issue: Number(issue) };
}

/** Reads an event's payload (docs.github.com, Events that trigger workflows). An event that is about no packet gives a hint of nothing. */
export function hintOf(name: string, event: unknown): Hint {
  switch (name) {
    case 'issues':
      return { ...NOTHING, issue: number(field(field(event, 'issue'), 'number')), asks: 'issue' };
    case 'issue_comment':
      return commentHint(field(event, 'issue'));
    case 'pull_request_target':
      return {
        ...NOTHING,
        pull: number(field(field(event, 'pull_request'), 'number')),
        left: sha(field(event, 'before')),
      };
    case 'workflow_run':
      return runHint(field(event, 'workflow_run'));
    case 'workflow_dispatch':
      return { ...NOTHING, issue: number(field(field(event, 'inputs'), 'issue')), asks: 'person' };
    case 'merge_group':
      return mergeHint(field(event, 'merge_group'));
    default:
      return NOTHING;
  }
}

/** Comments on the issue itself decide nothing. */
function commentHint(issue: unknown): Hint {
  const isPull = field(issue, 'pull_request') !== undefined;
  return isPull ? { ...NOTHING, pull: number(field(issue, 'number')), asks: 'decision' } : NOTHING;
}

/** After a review (whose own run may do nothing), or after a run of ours that was cut short. Never after one that such an event started: no chain. */
function runHint(run: unknown): Hint {
  const event = text(field(run, 'event'));
  if (event === 'workflow_run') return NOTHING;
  const asks = event === 'pull_request_review' ? 'decision' : null;
  const branch = packetBranch(text(field(run, 'head_branch')));
  if (branch) return { ...NOTHING, issue: branch.issue, asks };
  const [, named] = /^Countersign #([1-9]\d{0,9})$/.exec(text(field(run, 'display_title'))) ?? [];
  return event === 'issues' || event === 'workflow_dispatch'
    ? { ...NOTHING, issue: number(named), asks }
    : { ...NOTHING, pull: number(named), asks };
}

/** `refs/heads/gh-readonly-queue/<base>/pr-<number>-<sha>` */
function mergeHint(group: unknown): Hint {
  const [, base = '', pull] =
    /^refs\/heads\/gh-readonly-queue\/(.+)\/pr-([1-9]\d{0,9})-[0-9a-f]{40,64}$/.exec(text(field(group, 'head_ref'))) ??
    [];
  const sha = text(field(group, 'head_sha'));
  return { ...NOTHING, pull: number(pull), mergeGroup: { sha, base } };
}
