import { type Finding, finding } from '../contracts/index.ts';
import { collisions } from './collisions.ts';
import { nameProblems } from './names.ts';
import { foldersOf, indexTree, type ResultIndex } from './result-index.ts';
import { shown } from './shown.ts';
import { unsafeSymlinks } from './symlinks.ts';
import type { InspectionInput, RawChange } from './types.ts';

const unsafe = (path: string, message: string): Finding =>
  finding('unsafe_path', `${shown(path)} ${message}`, shown(path));

/** Every rule of `unsafe_path` (2-contracts.md) that a diff can break; the walk finds the rest. In the order of the paths. */
export function unsafePaths(input: Pick<InspectionInput, 'changes' | 'tree' | 'symlinks'>): Finding[] {
  const present = input.changes.filter(({ kind }) => kind !== 'deleted');
  const names = present.map(({ path }) => path);
  const result = indexTree(input.tree);
  const changed = new Set<string>(
    input.changes.flatMap(({ path, oldPath }) => (oldPath === null ? [path] : [path, oldPath])),
  );
  return [
    ...names.flatMap((path) => nameProblems(path).map((problem) => unsafe(path, problem))),
    ...input.changes.flatMap(kindProblems),
    ...[...collisions(names, result)].map(([path, other]) =>
      unsafe(path, `collides with ${shown(other)} where case or normalisation of names does not count`),
    ),
    ...[...unsafeSymlinks(input.symlinks, changed)].map(([path, problem]) =>
      unsafe(path, `is a symlink that ${problem}`),
    ),
    ...bareRepositories(names, result).map((folder) =>
      unsafe(folder || '.', 'is a bare repository: git takes its configuration for its own'),
    ),
  ];
}

const PLAIN_MODES: readonly string[] = ['000000', '100644', '100755', '120000'];

function kindProblems({ path, mode, oldMode }: RawChange): Finding[] {
  if (mode === '160000' || oldMode === '160000') return [unsafe(path, 'is a gitlink (a submodule)')];
  return PLAIN_MODES.includes(mode) ? [] : [unsafe(path, `has the mode ${shown(mode)}`)];
}

/** Folders that git would take for a repository: HEAD, objects/ and refs/ side by side (setup.c, is_git_directory), completed by this change. */
function bareRepositories(names: readonly string[], { files, folders }: ResultIndex): string[] {
  const isRepository = (folder: string): boolean => {
    const at = folder === '' ? '' : `${folder}/`;
    return files.has(`${at}HEAD`) && folders.has(`${at}objects`) && folders.has(`${at}refs`);
  };
  const candidates = new Set(names.flatMap((path) => [...foldersOf(path), '']));
  return [...candidates].filter(isRepository).sort();
}
