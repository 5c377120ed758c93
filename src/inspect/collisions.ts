import { foldersOf, type ResultIndex } from './result-index.ts';

/**
 * Names that one file system holds apart and another does not: equal after normalisation (NFKC, wider than APFS' NFD) and case folding, without
 * what HFS+ ignores.
 */
function folded(path: string): string {
  if (/^[\x20-\x7e]*$/.test(path)) return path.toLowerCase();
  const visible = path.normalize('NFKC').replaceAll(/[\p{Default_Ignorable_Code_Point}]/gu, '');
  // Upper case first: `ß` and `SS`, final and other sigma become one.
  return visible.toUpperCase().toLowerCase().normalize('NFC');
}

/**
 * Changed paths that collide with another name of the whole result tree, files and folders alike: path -> what it collides with. Collisions that
 * the base already has among paths that are not touched are not the engine's.
 */
export function collisions(changed: readonly string[], result: ResultIndex): Map<string, string> {
  const wanted = new Map<string, Set<string>>();
  for (const path of changed) for (const name of [path, ...foldersOf(path)]) wanted.set(folded(name), new Set());
  for (const names of [result.files.keys(), result.folders]) {
    for (const name of names) wanted.get(folded(name))?.add(name);
  }
  const found = new Map<string, string>();
  for (const path of changed) {
    for (const name of [path, ...foldersOf(path)]) {
      const other = [...(wanted.get(folded(name)) ?? [])].sort().find((candidate) => candidate !== name);
      if (other !== undefined) found.set(path, other);
    }
  }
  return found;
}
