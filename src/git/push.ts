import type { Sha } from '../contracts/index.ts';
import { checkedRef } from './remote.ts';
import type { Remote } from './remote-environment.ts';
import { askRemote, refusal } from './remote-process.ts';
import type { Baseline } from './types.ts';

/** `reason` is the remote's own, untrusted text, at most 400 characters. */
export type Pushed =
  /** The ref is at the commit; `wasThere` where it was before. */
  | { result: 'ok'; wasThere: boolean }
  /** The ref is not at the expected commit: somebody was there first. */
  | { result: 'moved'; reason: string }
  /** The remote does not want it: a rule, a hook, a missing permission for workflow files. */
  | { result: 'refused'; reason: string };

/** What git and servers say where the ref is elsewhere by now (send-pack.c, transport.c, receive-pack.c, refs.c). */
const MOVED =
  /stale info|fetch first|non-fast-forward|needs force|cannot lock ref|reference already exists|but expected|failed to update ref|incorrect old value/i;

/**
 * Moves one ref of a remote from the expected commit (null: there must be none) to a commit of ours, or leaves it. The remote compares and moves in one step, so that of two
 * pushes at once one wins. Nothing else is pushed. Source: git-push(1), --force-with-lease, --porcelain.
 *
 * @throws UserError where the remote cannot be reached or does not let the token in.
 */
export async function pushCommit(
  baseline: Baseline,
  remote: Remote,
  commit: Sha,
  ref: string,
  expected: Sha | null,
): Promise<Pushed> {
  const name = checkedRef(ref);
  const lease = `--force-with-lease=${name}:${expected ?? ''}`;
  const args = ['push', '--porcelain', '--no-verify', '--no-follow-tags', lease, '--', remote.url, `${commit}:${name}`];
  const said = await askRemote(baseline, remote, args);
  // `<flag> TAB <from>:<to> TAB <summary> [(<reason>)]`
  const [flag, , summary] =
    said.stdout
      .split('\n')
      .map((line) => line.split('\t'))
      .find(([, refs]) => refs === `${commit}:${name}`) ?? [];
  if (flag === undefined || summary === undefined) throw refusal(args, remote, said);
  if (flag !== '!') {
    if (said.exitCode !== 0) throw refusal(args, remote, said);
    return { result: 'ok', wasThere: flag === '=' };
  }
  const words = Buffer.from(`${summary} ${remoteLines(said.stderr)}`, 'latin1')
    .toString('utf8')
    .trim();
  return { result: MOVED.test(summary) ? 'moved' : 'refused', reason: words.slice(0, 400) };
}

/** What the server's hooks and rules printed. */
const remoteLines = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('remote: '))
    .map((line) => line.slice('remote: '.length).trim())
    .join(' ');
