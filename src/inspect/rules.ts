import { type Finding, finding } from '../contracts/index.ts';
import { compileForbiddenRules, compilePathRules, protectedRule } from '../packet/index.ts';
import { shown } from './shown.ts';
import type { InspectionInput, RawChange } from './types.ts';

const sides = ({ path, oldPath }: RawChange): string[] => (oldPath === null ? [path] : [oldPath, path]);

/**
 * Both sides of every change against what the packet allows, what it forbids, and what is always forbidden. A path that is forbidden is not
 * disallowed for that, and the other way round: each rule gives its own code, and forbidden wins because nothing takes its finding away.
 */
export function pathRules(input: InspectionInput): Finding[] {
  const allowed = compilePathRules(input.allowed);
  const forbidden = compileForbiddenRules(input.forbidden);
  const findings: Finding[] = [];
  for (const change of input.changes) {
    for (const path of sides(change)) {
      const name = shown(path);
      const what = change.kind === 'renamed' ? `renamed ${path === change.path ? 'to' : 'from'} it` : change.kind;
      if (allowed.matches(path) === null) {
        findings.push(finding('disallowed_file_change', `${name} is outside the allowed paths (${what})`, name));
      }
      const rule = forbidden.matches(path);
      if (rule !== null)
        findings.push(finding('forbidden_path_change', `${name} is forbidden by \`${rule}\` (${what})`, name));
      const always = protectedRule(path, input.allowProtected) ?? submoduleRule(change, path);
      if (always !== null)
        findings.push(finding('forbidden_path_change', `${name} is always forbidden (\`${always}\`, ${what})`, name));
    }
  }
  return findings;
}

/** Submodules are among what is always forbidden, wherever they lie. */
const submoduleRule = ({ path, mode, oldMode }: RawChange, side: string): string | null =>
  (side === path && mode === '160000') || oldMode === '160000' ? 'submodules' : null;
