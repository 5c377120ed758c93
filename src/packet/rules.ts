import type { DocumentError, Packet } from '../contracts/index.ts';
import { inIdentifier } from './characters.ts';
import { branchProblem, endpointProblem } from './endpoints.ts';
import { canonicalBody } from './front-matter.ts';
import { globProblem, pathProblem } from './paths.ts';
import { protectedRule } from './protected.ts';

/** A packet of which only the members that obey the schema are left. List items that do not are `undefined`, so that the others keep their index. */
export type Draft = { [K in keyof Packet]?: Loose<Packet[K]> | undefined };
type Loose<T> = T extends string | number | boolean | undefined | null
  ? T
  : T extends readonly (infer Item)[]
    ? (Loose<Item> | undefined)[]
    : { [K in keyof T]?: Loose<T[K]> | undefined };

const broken = (at: string, rule: string, message: string, fix: string): DocumentError => ({
  code: 'contract_invalid',
  message,
  at,
  rule,
  fix,
});

function* present<T>(items: readonly (T | undefined)[] | undefined): Generator<[number, T]> {
  for (const [i, item] of (items ?? []).entries()) if (item !== undefined) yield [i, item];
}

/** A rule looks at a draft and yields what is broken. */
type Rule = (draft: Draft) => Iterable<DocumentError>;

function* pattern(text: string, at: string): Generator<DocumentError> {
  const problem = pathProblem(text) ?? globProblem(text);
  if (problem) yield broken(at, problem.rule, `${JSON.stringify(text)} ${problem.message}`, problem.fix);
  yield* inIdentifier(text, at);
}

/** A plain path of a file (or of a folder, where it ends in `/`) inside the tree, outside `.git`. */
function* plainPath(text: string, at: string, folder = false): Generator<DocumentError> {
  const problem = pathProblem(text);
  if (problem) yield broken(at, problem.rule, `${JSON.stringify(text)} ${problem.message}`, problem.fix);
  else if (!folder && text.endsWith('/'))
    yield broken(at, 'path_folder', `${JSON.stringify(text)} names a folder`, 'Name a file.');
  if (/[*?]/.test(text)) yield broken(at, 'path_glob', `${JSON.stringify(text)} holds a wildcard`, 'Name one path.');
  if (protectedRule(text.replace(/\/$/, ''), []) === '.git')
    yield broken(at, 'path_git', `${JSON.stringify(text)} leads into .git`, 'Name a path of the work tree.');
  yield* inIdentifier(text, at);
}

function* paths(draft: Draft): Generator<DocumentError> {
  for (const field of ['allowed_paths', 'forbidden_paths', 'scratch_paths'] as const)
    for (const [i, text] of present(draft[field])) yield* pattern(text, `/${field}/${i}`);
  if (draft.engine?.script !== undefined) yield* plainPath(draft.engine.script, '/engine/script');
  for (const [i, text] of present(draft.setup?.inputs)) yield* plainPath(text, `/setup/inputs/${i}`);
  for (const [i, item] of present(draft.evidence_expectations))
    if (item.path !== undefined) yield* plainPath(item.path, `/evidence_expectations/${i}/path`);
}

/** Setup's outputs are bound over the tree: never over something that is protected, never one inside another. */
function* outputs(draft: Draft): Generator<DocumentError> {
  const all = [...present(draft.setup?.outputs)];
  for (const [i, text] of all) {
    const at = `/setup/outputs/${i}`;
    yield* plainPath(text, at, true);
    const rule = protectedRule(text.replace(/\/$/, ''), []);
    if (rule !== null && rule !== '.git')
      yield broken(at, 'path_protected', `${JSON.stringify(text)} is protected (${rule})`, 'Name another folder.');
    const around = all.find(([other, folder]) => other !== i && text.startsWith(folder) && text !== folder);
    if (around)
      yield broken(at, 'path_overlap', `lies inside ${JSON.stringify(around[1])}`, 'Keep the outer folder alone.');
  }
}

/** Folders of the read-only system in which a command may be named by an absolute path. */
const SYSTEM_PROGRAM = /^\/(?:usr\/)?(?:local\/)?s?bin\/[^/]+$/;

function* commands(draft: Draft): Generator<DocumentError> {
  const lists = [
    ['/setup/commands', draft.setup?.commands],
    ['/verification_commands', draft.verification_commands],
  ] as const;
  for (const [list, items] of lists) {
    const names = new Set<string>();
    for (const [i, command] of present(items)) {
      const at = `${list}/${i}`;
      if (command.name !== undefined && names.has(command.name))
        yield broken(
          `${at}/name`,
          'command_name_twice',
          `the name ${command.name} stands twice`,
          'Rename one of the two.',
        );
      names.add(command.name ?? '');
      if ((command.run === undefined) === (command.script === undefined))
        yield broken(
          at,
          'command_form',
          'needs either run or script',
          'Give exactly one: run (a list) or script (a text).',
        );
      const program = command.run?.[0];
      if (program !== undefined) yield* programErrors(program, `${at}/run/0`);
    }
  }
}

function* programErrors(program: string, at: string): Generator<DocumentError> {
  yield* inIdentifier(program, at);
  if (program === '') yield broken(at, 'program_empty', 'the program is empty', 'Name a program.');
  const relative = program.startsWith('./') ? program.slice(2) : program;
  if (!program.includes('/') || SYSTEM_PROGRAM.test(program)) return;
  const problem = pathProblem(relative);
  if (problem)
    yield broken(
      at,
      problem.rule,
      `${JSON.stringify(program)} ${problem.message}`,
      'Name a program on PATH, or a file inside the tree.',
    );
}

function* verification(draft: Draft): Generator<DocumentError> {
  if (draft.no_verification_rationale === undefined) return;
  if (draft.no_verification_rationale.trim() === '')
    yield broken('/no_verification_rationale', 'text_blank', 'says nothing', 'Say why nothing can be run.');
  if (draft.verification_commands !== undefined)
    yield broken(
      '/no_verification_rationale',
      'verification_contradiction',
      'a rationale stands beside verification_commands',
      'Keep one: commands that prove the result, or the reason why there are none.',
    );
}

function* dependencies(draft: Draft): Generator<DocumentError> {
  for (const [i, id] of present(draft.depends_on))
    if (id === draft.packet_id)
      yield broken(`/depends_on/${i}`, 'dependency_self', 'the packet depends on itself', 'Remove its own id.');
}

function* target(draft: Draft): Generator<DocumentError> {
  const branch = draft.target?.base_ref;
  if (branch === undefined) return;
  const problem = branchProblem(branch);
  if (problem)
    yield broken(
      '/target/base_ref',
      'branch_name',
      `${JSON.stringify(branch)} ${problem}`,
      'Name a branch, such as main.',
    );
  yield* inIdentifier(branch, '/target/base_ref');
}

function* network(draft: Draft): Generator<DocumentError> {
  const lists = [
    ['/permissions/network', draft.permissions?.network],
    ['/setup/network', draft.setup?.network],
  ] as const;
  for (const [at, list] of lists) {
    if (!Array.isArray(list)) continue;
    for (const [i, endpoint] of present(list)) {
      const problem = endpointProblem(endpoint);
      if (problem)
        yield broken(
          `${at}/${i}`,
          'endpoint',
          `${JSON.stringify(endpoint)} ${problem}`,
          'Write host:port, such as registry.npmjs.org:443.',
        );
    }
  }
}

function* approval(draft: Draft): Generator<DocumentError> {
  const users = draft.approval?.approvers?.users;
  const teams = draft.approval?.approvers?.teams ?? [];
  const min = draft.approval?.min;
  if (users !== undefined && users.length > 0 && teams.length === 0 && min !== undefined && min > users.length)
    yield broken(
      '/approval/min',
      'approvers_too_few',
      `asks for ${min} of ${users.length}`,
      'Name more approvers or ask for fewer.',
    );
}

function* text(draft: Draft): Generator<DocumentError> {
  if (draft.title?.trim() === '') yield broken('/title', 'text_blank', 'the title says nothing', 'Write a title.');
  if (draft.body !== undefined && draft.body !== '' && canonicalBody(draft.body) !== draft.body)
    yield broken('/body', 'body_form', 'the body is not in canonical form', 'Let `countersign` write the packet.');
}

const RULES: readonly Rule[] = [text, dependencies, target, paths, outputs, commands, verification, network, approval];

/** Everything that a packet's schema cannot say (2-contracts.md, "Packet"): the errors, without lines. */
export const brokenRules = (draft: Draft): DocumentError[] => RULES.flatMap((rule) => [...rule(draft)]);
