import type { GitMode, TreeEntry } from './types.ts';

/** The result tree, ready to be asked: files by path, and every folder that they make. */
export interface ResultIndex {
  files: ReadonlyMap<string, GitMode>;
  folders: ReadonlySet<string>;
}

export function indexTree(tree: readonly TreeEntry[]): ResultIndex {
  const folders = new Set<string>();
  for (const { path } of tree) {
    for (const folder of foldersOf(path)) {
      // The deepest comes first: where it is known, all above it are.
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return { files: new Map(tree.map(({ path, mode }) => [path, mode])), folders };
}

/** Every folder of a path, the deepest first. */
export function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1))
    folders.push(path.slice(0, slash));
  return folders;
}
