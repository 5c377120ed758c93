import type { Mutant } from '../mutant.ts';

const INIT = 'test/adopt/init.test.ts';
const TREE = 'test/adopt/doctor-tree.test.ts';
const GITHUB = 'test/adopt/doctor-github.long.test.ts';
const PLAN = 'src/adopt/plan.ts';
const FILES = 'src/adopt/files.ts';
const BRANCH = 'src/adopt/doctor/branch.ts';
const WORKFLOW = 'src/adopt/doctor/workflow.ts';

/** What init may not do to a repository, and what doctor may not overlook in one. */
export const ADOPT: readonly Mutant[] = [
  {
    without: 'what somebody edited is kept',
    file: PLAN,
    find: 'if (written !== null && template.render({ ...adoption, ...written }) === before)',
    replace: 'if (written !== null)',
    caughtBy: { test: INIT, name: 'is kept where somebody edited it' },
  },
  {
    without: "owners' edits between the markers are kept",
    file: PLAN,
    find: 'const edited = block !== null && !isOwn(path, block);',
    replace: 'const edited = block === null && !isOwn(path, "");',
    caughtBy: { test: INIT, name: 'gets our lines at the end' },
  },
  {
    without: 'a file that appeared in the meantime is not overwritten',
    file: FILES,
    find: 'if ((await readText(root, path)) !== before) throw changed(path);\n      if (before === null) await link(beside, target);',
    replace: 'if (before === null) await rename(beside, target);',
    caughtBy: { test: INIT, name: 'is never overwritten' },
  },
  {
    without: 'a link in place of a file is refused',
    file: FILES,
    find: "if (codeOf(error) === 'ENOENT') return null;\n    throw notPlain(path);",
    replace: 'return null;',
    caughtBy: { test: INIT, name: 'a link in place of a folder' },
  },
  {
    without: 'nothing is written without a yes',
    file: 'src/cli/init.ts',
    find: 'if (!process.stdin.isTTY) return false;',
    replace: 'if (!process.stdin.isTTY) return true;',
    caughtBy: { test: INIT, name: 'is shown and not written' },
  },
  {
    without: 'a template of an admission admits nothing',
    file: 'src/adopt/templates/admissions.ts',
    find: "status: 'not_admitted',",
    replace: "status: 'admitted',",
    caughtBy: { test: INIT, name: 'keeps to its contracts' },
  },
  {
    without: 'doctor sees a caller that names a tag',
    file: WORKFLOW,
    find: 'if (!/^[0-9a-f]{40}$/.test(commit))',
    replace: "if (commit === '')",
    caughtBy: { test: TREE, name: 'a tag instead of a commit' },
  },
  {
    without: 'doctor sees an event that is missing',
    file: WORKFLOW,
    find: 'if (!entries(has).some(([key]) => key === event)) return [event];',
    replace: 'if (!entries(has).some(([key]) => key === event)) return [];',
    caughtBy: { test: TREE, name: 'an event that is missing' },
  },
  {
    without: 'doctor sees a permission that is missing',
    file: WORKFLOW,
    find: 'if (lacks.length > 0)',
    replace: 'if (lacks.length > 1)',
    caughtBy: { test: TREE, name: 'a permission that is missing' },
  },
  {
    without: 'the last rule about owners counts',
    file: 'src/adopt/doctor/owners.ts',
    find: 'rulesOf(codeowners).findLast(',
    replace: 'rulesOf(codeowners).find(',
    caughtBy: { test: TREE, name: 'owners that a later line takes away' },
  },
  {
    without: 'only what is on the default branch counts',
    file: 'src/adopt/doctor/tree.ts',
    find: 'const absent = pending.filter((path) => (committed[path] ?? null) === null);',
    replace: 'const absent: string[] = [];',
    caughtBy: { test: TREE, name: 'counts only on the branch that counts' },
  },
  {
    without: 'a gate that anybody may report is a problem',
    file: BRANCH,
    find: 'gates.includes(null) && !gates.some((app) => app !== null)',
    replace: 'gates.length === 0',
    caughtBy: { test: GITHUB, name: 'a gate from anybody' },
  },
  {
    without: 'what classic protection hides is unknown',
    file: BRANCH,
    find: ': protection.known\n        ? report(code, bad, at, fix)',
    replace: ': !protection.known\n        ? ok(code, good, at)',
    caughtBy: { test: GITHUB, name: 'may ask it all by classic' },
  },
  {
    without: 'a forged gate is warned of',
    file: BRANCH,
    find: 'const kept = pushRulesets.value.filter(({ restrictedPaths }) => restrictedPaths.some(coversWorkflows));',
    replace: 'const kept = pushRulesets.value.slice(0, 1).concat({ name: "", restrictedPaths: [], bypass: 0 });',
    caughtBy: { test: GITHUB, name: 'warns in these words' },
  },
  {
    without: 'what GitHub refuses to tell is unknown',
    file: 'src/adopt/doctor/github.ts',
    find: 'fact.known ? look(fact.value) : [unknown(',
    replace: 'fact.known ? look(fact.value) : [ok(',
    caughtBy: { test: GITHUB, name: 'where GitHub forbids' },
  },
];
