import type { Case } from '../case.ts';
import { type Lack, missing, notApplicable, passed, unless, unproven, type Verdict } from '../verdict.ts';

/** Every packet that this one depends on is merged, and it waits for no migration. */
export function dependencies({ packet, facts }: Case): Verdict {
  const wanted = packet.depends_on ?? [];
  const migrations = packet.blocked_by ?? [];
  if (wanted.length === 0 && migrations.length === 0) return notApplicable('The packet depends on nothing.');
  if (!facts.repository && wanted.length > 0) return unproven('whether the dependencies are merged');
  const merged = (id: string): boolean => {
    const found = (facts.repository?.dependencies ?? []).filter(({ packet_id }) => packet_id === id);
    return found.length > 0 && found.every((dependency) => dependency.merged);
  };
  const unmerged = wanted.filter((id) => !merged(id));
  const lacks: Lack[] = [
    ...unmerged.map(
      (id): Lack => ({
        code: 'dependency_not_merged',
        reason: `${id} is not merged into the base`,
        fix: `Merge ${id} first.`,
      }),
    ),
    ...migrations.map(
      ({ ref }): Lack => ({
        code: 'migration_blocked',
        reason: `the migration ${ref} is not finished`,
        fix: 'Finish the migration, then remove the blocked_by entry.',
      }),
    ),
  ];
  return unless(lacks, `${wanted.join(', ')} merged.`);
}

/** Nothing staged, unstaged or untracked (and not ignored) lies in the repository: what runs is what was committed. */
export function cleanBase({ facts }: Case): Verdict {
  if (!facts.repository) return unproven('the state of the repository');
  const { status } = facts.repository;
  const kinds = (['staged', 'unstaged', 'untracked'] as const).filter(
    (kind) => status[kind].count > 0 || status[kind].paths.length > 0,
  );
  if (kinds.length === 0) return passed('The repository is clean.');
  const text = kinds.map(
    (kind) =>
      `${status[kind].count} ${kind} (${status[kind].paths.join(', ')}${status[kind].count > status[kind].paths.length ? ', …' : ''})`,
  );
  return missing('dirty_starting_tree', text.join('; '), 'Commit, stash or remove the changes, then run again.');
}

/** A pack can be written, and the approvals it stands on reserved: a run that cannot leave evidence does not start. */
export function evidence({ facts }: Case): Verdict {
  if (!facts.repository) return unproven('the output directory');
  const { writable, room, problem } = facts.repository.evidence;
  if (writable && room) return passed('The pack can be written.');
  const what = writable ? 'there is no room for the pack' : 'the output directory cannot be written to';
  return missing(
    'artifact_write_failure',
    problem ?? what,
    'Make room, and make the output folder (--out) and the state folder (XDG_STATE_HOME) writable.',
  );
}

/** Untrusted code runs contained or not at all. */
export function sandbox({ facts }: Case): Verdict {
  if (!facts.repository) return unproven('the sandbox');
  const { available, problem, fix } = facts.repository.sandbox;
  return available
    ? passed('The sandbox can be set up.')
    : missing(
        'sandbox_unavailable',
        problem ?? 'the sandbox cannot be set up here',
        fix ?? 'Install bubblewrap and allow user namespaces.',
      );
}
