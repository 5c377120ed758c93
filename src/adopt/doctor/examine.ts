import { problem } from './finding.ts';
import { githubFindings } from './github.ts';
import { machineFindings } from './machine.ts';
import { treeFindings } from './tree.ts';
import type { DoctorFacts, Finding } from './types.ts';

/** Everything that was looked at, in the order in which it is mended: this machine, the repository's files, its settings on GitHub. Pure. */
export const examine = (facts: DoctorFacts): Finding[] => [
  ...machineFindings(facts.machine),
  ...treeFindings(facts),
  ...otherBranch(facts),
  ...githubFindings(facts.github),
];

/** A clone that was made before the default branch was renamed looks at a branch that no longer counts. */
function otherBranch({ tree, github }: DoctorFacts): Finding[] {
  if ('why' in github || tree.ref === null) return [];
  const here = tree.ref.replace(/^refs\/(?:heads|remotes\/origin)\//, '');
  return here === github.defaultBranch
    ? []
    : [
        problem(
          'default_branch',
          `GitHub's default branch is ${github.defaultBranch}, this clone looks at ${here}`,
          tree.ref,
          'git fetch && git remote set-head origin --auto',
        ),
      ];
}
