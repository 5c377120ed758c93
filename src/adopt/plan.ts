import { parseConfig } from '../policy/index.ts';
import { CODEOWNERS, ownedBlock, ownerLines, withBlock } from './templates/codeowners.ts';
import { caller } from './templates/caller.ts';
import { config } from './templates/config.ts';
import { TEMPLATES } from './templates/index.ts';
import type { Adoption, Planned, Template } from './types.ts';

/** What is there already: path → text, null where there is no such file. */
export type Existing = Readonly<Record<string, string | null>>;

/** Every path that a plan looks at. */
export const PATHS: readonly string[] = [...TEMPLATES.map(({ path }) => path), ...CODEOWNERS];

/** What was said on the command line or found out; null: nothing, so what is written already stays. */
export type Wishes = { [Member in keyof Adoption]: Adoption[Member] | null };

/** Wishes, filled up with what the existing files say; `pin` null: nobody named one. */
export function adoptionOf(wishes: Wishes, existing: Existing): Omit<Adoption, 'pin'> & Pick<Wishes, 'pin'> {
  const written = (template: Template): Partial<Adoption> => template.recognise(existing[template.path] ?? '') ?? {};
  return {
    pin: wishes.pin ?? written(caller).pin ?? null,
    approvers: wishes.approvers ?? approversIn(existing[config.path] ?? null),
    repository: wishes.repository,
    baseRef: wishes.baseRef ?? 'main',
  };
}

/** Who is named in a configuration, edited or not; nobody where there is none, or an invalid one. */
function approversIn(text: string | null): readonly string[] {
  const reading = text === null ? null : parseConfig(text, config.path);
  return reading?.ok ? (reading.config.approvals?.approvers?.users ?? []) : [];
}

/**
 * What becomes of every file. A file that a template wrote and nobody edited is brought up to date; any other that is there is the maintainers' own and is left as it is. So a
 * second time changes nothing.
 */
export const planFiles = (adoption: Adoption, existing: Existing): Planned[] => [
  ...TEMPLATES.map((template) => planned(template, adoption, existing[template.path] ?? null)),
  owners(adoption, existing),
];

function planned(template: Template, adoption: Adoption, before: string | null): Planned {
  const { path } = template;
  const after = template.render(adoption);
  if (before === null) return { path, state: 'create', before, after, why: 'is not there yet' };
  if (before === after) return { path, state: 'unchanged', before, after: null, why: 'is as it should be' };
  const written = template.recognise(before);
  if (written !== null && template.render({ ...adoption, ...written }) === before)
    return { path, state: 'update', before, after, why: 'was written by init, for something else' };
  const amended = written === null ? before : (template.amend?.(before, adoption) ?? before);
  if (amended !== before)
    return { path, state: 'update', before, after: amended, why: 'calls another commit; what was edited stays' };
  const why = 'was edited, or is of another version: delete it to have it written anew';
  return { path, state: 'kept', before, after: null, why };
}

function owners({ approvers }: Adoption, existing: Existing): Planned {
  const path = CODEOWNERS.find((name) => (existing[name] ?? null) !== null) ?? CODEOWNERS[0];
  const before = existing[path] ?? null;
  if (approvers.length === 0)
    return { path, state: 'left out', before, after: null, why: 'nobody is named: init --approver LOGIN' };
  const lines = ownerLines(path, approvers);
  const after = withBlock(before ?? '', lines);
  if (before === null) return { path, state: 'create', before, after, why: 'is not there yet' };
  if (before === after) return { path, state: 'unchanged', before, after: null, why: 'is as it should be' };
  const block = ownedBlock(before);
  const edited = block !== null && !isOwn(path, block);
  return edited
    ? { path, state: 'kept', before, after: null, why: 'the lines between the markers were edited' }
    : { path, state: 'update', before, after, why: block === null ? 'gets our lines' : 'names other owners' };
}

/** Whether a block is what `ownerLines` makes for some people. */
function isOwn(path: string, block: string): boolean {
  const owners = /^\/\.countersign\/ ((?:@[\w.-]+ ?)+)$/m.exec(block)?.[1]?.split(' ') ?? [];
  return (
    ownerLines(
      path,
      owners.map((owner) => owner.slice(1)),
    ) === block
  );
}
