import { issueFormDefinition, readYaml } from '../../packet/index.ts';
import { parseConfig } from '../../policy/index.ts';
import { CODEOWNERS } from '../templates/codeowners.ts';
import { caller } from '../templates/caller.ts';
import { config } from '../templates/config.ts';
import { FORM } from '../templates/index.ts';
import { ok, problem, warning } from './finding.ts';
import { ownersOf } from './owners.ts';
import type { DoctorFacts, Finding } from './types.ts';
import { callerFindings, pinFindings } from './workflow.ts';

/** The label that makes an issue a packet. */
export const LABEL = 'packet';

type Tree = DoctorFacts['tree'];

const INIT = 'Run countersign init --approver LOGIN, then commit and push what it writes.';

/** What counts of a file: the text on the branch that counts; until it is there, the one in the work tree. */
const textOf = ({ committed, work }: Tree, path: string): string | null => committed[path] ?? work[path] ?? null;

/** Where a file is, for people. */
const at = ({ ref, committed }: Tree, path: string): string =>
  ref !== null && (committed[path] ?? null) !== null ? `${ref}:${path}` : path;

export function treeFindings({ tree, workflows, pin }: Pick<DoctorFacts, 'tree' | 'workflows' | 'pin'>): Finding[] {
  const call = textOf(tree, caller.path);
  return [
    ...branchFindings(tree),
    ...configFindings(tree),
    ...(call === null
      ? [problem('caller', 'there is no workflow that takes packets', caller.path, INIT)]
      : callerFindings(call, at(tree, caller.path), pin)),
    formFinding(tree),
    ...ownerFindings(tree),
    ...pinFindings(workflows),
  ];
}

/** Only what is on the default branch counts, for the harness as for GitHub. */
function branchFindings(tree: Tree): Finding[] {
  const { ref, committed, work } = tree;
  if (ref === null)
    return [problem('default_branch', 'nothing is committed yet', 'HEAD', 'Commit and push to the default branch.')];
  const paths = [config.path, caller.path, FORM, ...CODEOWNERS];
  const pending = paths.filter((path) => (work[path] ?? null) !== null && work[path] !== (committed[path] ?? null));
  if (pending.length === 0) return [ok('default_branch', `what counts is on ${ref}, as this clone knows it`, ref)];
  const absent = pending.filter((path) => (committed[path] ?? null) === null);
  const report = absent.length > 0 ? problem : warning;
  const message = `${absent.length > 0 ? 'lacks' : 'has another text of'} ${(absent.length > 0 ? absent : pending).join(', ')}`;
  return [report('default_branch', message, ref, 'Commit and push it there: nothing else counts.')];
}

/** Who may approve, by the configuration that counts; nobody where there is none or an invalid one. */
export function approversOf(tree: Tree): readonly string[] {
  const text = textOf(tree, config.path);
  const reading = text === null ? null : parseConfig(text, config.path);
  return reading?.ok ? (reading.config.approvals?.approvers?.users ?? []) : [];
}

function configFindings(tree: Tree): Finding[] {
  const text = textOf(tree, config.path);
  const place = at(tree, config.path);
  if (text === null)
    return [
      problem('config', 'there is none: the engine fake alone, proposals alone, nobody may approve', place, INIT),
    ];
  const reading = parseConfig(text, place);
  if (!reading.ok)
    return reading.errors.map(({ message, fix }) =>
      problem('config', `is invalid, so nothing runs: ${message}`, place, fix),
    );
  const users = approversOf(tree);
  return [
    ok('config', 'the configuration is valid', place),
    users.length > 0
      ? ok('approvers', `${users.join(', ')} may approve`, place)
      : warning(
          'approvers',
          'nobody may approve: only proposals without approval run',
          place,
          'Name people under approvals.approvers.users.',
        ),
  ];
}

function formFinding(tree: Tree): Finding {
  const text = textOf(tree, FORM);
  const place = at(tree, FORM);
  if (text === null) return warning('issue_form', 'there is none: packets can only be typed as text', place, INIT);
  const read = readYaml(text);
  const labels =
    read.ok && typeof read.value === 'object' && read.value !== null && 'labels' in read.value
      ? read.value.labels
      : null;
  if (!Array.isArray(labels) || !labels.includes(LABEL))
    return problem(
      'issue_form',
      `does not set the label ${LABEL}, so its issues start nothing`,
      place,
      `Write \`labels: [${LABEL}]\`.`,
    );
  return text === issueFormDefinition()
    ? ok('issue_form', 'the form is of this version', place)
    : warning(
        'issue_form',
        'is not the form of this version',
        place,
        'Delete it and run countersign init; a heading that nobody knows is not read.',
      );
}

function ownerFindings(tree: Tree): Finding[] {
  const path = CODEOWNERS.find((name) => textOf(tree, name) !== null);
  const guarded = [config.path, caller.path];
  const open = guarded.filter((name) => path === undefined || ownersOf(textOf(tree, path) ?? '', name).length === 0);
  return open.length === 0
    ? [ok('codeowners', 'the rules and the workflows have owners', at(tree, path ?? CODEOWNERS[0]))]
    : [
        warning(
          'codeowners',
          `nobody owns ${open.join(' and ')}`,
          at(tree, path ?? CODEOWNERS[0]),
          'Run countersign init --approver LOGIN: it adds the lines.',
        ),
      ];
}
