import { usage } from '../contracts/index.ts';
import { openSource, originUrl } from '../git/index.ts';
import { repositoryOf } from '../github/index.ts';
import { readFiles } from './files.ts';
import { ownPin, pinOf, repositoryIn } from './origin.ts';
import { adoptionOf, PATHS, planFiles } from './plan.ts';
import type { Adoption, Planned } from './types.ts';

export interface InitOptions {
  /** The adopter's work tree: the top of it. */
  repo: string;
  /** Logins; empty: whoever the configuration names already. */
  approvers: readonly string[];
  /** `owner/name` of the adopter; null: as the remote `origin` says. */
  repository: string | null;
  /** `OWNER/NAME@SHA` of the reusable workflow; null: this program's own checkout, else what the caller names already. */
  action: string | null;
  /** The folder that this program lies in. */
  checkout: string;
}

export interface Init {
  /** The work tree, resolved. */
  root: string;
  adoption: Adoption;
  plan: Planned[];
}

/** A login as the configuration's contract has it. */
const LOGIN = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_])?$/;

/** Looks at the repository and says what would be written. Writes nothing. Throws a UserError where something must be said first. */
export async function planInit({ repo, approvers, repository, action, checkout }: InitOptions): Promise<Init> {
  for (const login of approvers)
    if (!LOGIN.test(login))
      throw usage(
        `${JSON.stringify(login)} is no login`,
        '--approver',
        'Give a GitHub login without @; bots never count.',
      );
  const named = action === null ? null : pinOf(action);
  if (action !== null && named === null)
    throw usage(
      `${JSON.stringify(action)} is no pin`,
      '--action',
      'Write OWNER/NAME@ and the 40 hex digits of a commit.',
    );
  const source = await openSource(repo);
  if (source.bare) throw usage('it has no work tree to write to', '--repo', 'Name the top of a work tree.');
  const url = await originUrl(source);
  const existing = await readFiles(source.dir, PATHS);
  const { pin, ...rest } = adoptionOf(
    {
      pin: named ?? (await ownPin(checkout)),
      approvers: approvers.length === 0 ? null : [...new Set(approvers)],
      repository: repository === null ? url && repositoryIn(url) : nameOf(repository),
      baseRef: shortName(await source.defaultRef()),
    },
    existing,
  );
  if (pin === null)
    throw usage(
      'this countersign is no git checkout whose origin is a repository on GitHub: nobody can say which commit the workflow is to name',
      '--action',
      'Give --action OWNER/NAME@SHA: the repository of Countersign that your workflow may call, and a full commit id in it.',
    );
  const adoption = { pin, ...rest };
  return { root: source.dir, adoption, plan: planFiles(adoption, existing) };
}

function nameOf(text: string): string {
  const { owner, name } = repositoryOf(text);
  return `${owner}/${name}`;
}

const shortName = (ref: string | null): string | null => ref?.replace(/^refs\/(?:heads|remotes\/origin)\//, '') ?? null;
