import type { Sha } from '../../src/contracts/index.ts';
import {
  changedContents,
  checkoutVerified,
  checkoutWorkspace,
  keepPristine,
  type Pristine,
  rawDiff,
  type ResultTree,
  resultTree,
  type Walk,
  type Workspace,
  walk,
  writePatch,
} from '../../src/git/index.ts';
import {
  type InspectionInput,
  type InspectionResult,
  inspect,
  type RawChange,
  scanSecrets,
} from '../../src/inspect/index.ts';
import { type Opened, opened } from './fixture.ts';

/** What the harness learns of an engine's work, without sandbox and pipeline. */
export interface Outcome extends Opened {
  workspace: Workspace;
  seen: Walk;
  result: ResultTree;
  changes: RawChange[];
  patchFile: string;
  patchBytes: number;
  /** The tree that the third checkout has; null where there is no patch or it does not apply. */
  verified: Sha | null;
  verifiedDir: string;
  /** The files of the base, copied before the engine ran; nothing has used them. */
  pristine: Pristine;
  inspection: InspectionResult;
}

export type Rules = Partial<
  Pick<InspectionInput, 'allowed' | 'forbidden' | 'scratch' | 'allowProtected' | 'limits' | 'expectsChanges'>
> & { patienceMs?: number };

/** Checks out, lets `engine` change the workspace, and does all that src/git and src/inspect do afterwards. */
export const play = async (repo: string, engine: (dir: string) => void, rules: Rules = {}): Promise<Outcome> =>
  playOn(await opened(repo), repo, engine, rules);

/** The same in a repository that is open already; everything is written to folders whose path begins with `place`. */
export async function playOn(
  open: Opened,
  place: string,
  engine: (dir: string) => void,
  rules: Rules = {},
): Promise<Outcome> {
  const { baseline, head } = open;
  const limits = rules.limits ?? { changed_files: 50, patch_bytes: 1024 * 1024 };
  const scratch = rules.scratch ?? [];
  const workspace = await checkoutWorkspace(baseline, head, `${place}.workspace`);
  const pristine = await keepPristine(workspace, `${place}.pristine`);
  engine(workspace.dir);
  const seen = walk(workspace, { maxEntries: 100_000 });
  const result = await resultTree(baseline, workspace, seen, {
    isScratch: (path) => scratch.some((pattern) => path.startsWith(pattern)),
    maxGrowth: 8 * limits.patch_bytes,
    ...(rules.patienceMs === undefined ? {} : { patienceMs: rules.patienceMs }),
  });
  const patchFile = `${place}.patch.diff`;
  const verifiedDir = `${place}.verified`;
  const changes = result.tree === null ? result.changes : await rawDiff(baseline, workspace.baseTree, result.tree);
  const patch =
    result.tree === null
      ? { bytes: result.growth, truncated: true }
      : await writePatch(baseline, workspace.baseTree, result.tree, patchFile, 8 * limits.patch_bytes);
  const verified = patch.truncated
    ? null
    : await checkoutVerified(baseline, workspace.baseTree, patchFile, verifiedDir);
  const secrets = await scanSecrets(
    changedContents(baseline, changes),
    changes.filter(({ kind }) => kind !== 'deleted').map(({ path }) => path),
  );
  const inspection = inspect({
    changes,
    tree: result.entries,
    symlinks: result.symlinks,
    leftovers: result.leftovers,
    walkFindings: [...seen.findings, ...result.findings],
    allowed: rules.allowed ?? ['**'],
    forbidden: rules.forbidden ?? [],
    allowProtected: rules.allowProtected ?? [],
    scratch,
    limits,
    patchBytes: patch.bytes,
    expectsChanges: rules.expectsChanges ?? true,
    secrets,
  });
  return {
    ...open,
    workspace,
    seen,
    result,
    changes,
    patchFile,
    patchBytes: patch.bytes,
    verified: verified?.tree ?? null,
    verifiedDir,
    pristine,
    inspection,
  };
}

/** The codes of the findings, each once, in order. */
export const codes = ({ inspection }: Outcome): string[] => [...new Set(inspection.findings.map(({ code }) => code))];

/** `code at` of every finding. */
export const places = ({ inspection }: Outcome): string[] => inspection.findings.map(({ code, at }) => `${code} ${at}`);
