import { type Packet } from '../contracts/index.ts';

/** All ten actions that a packet must forbid before it is complete (2-contracts.md). */
export const FORBIDDEN_ACTIONS = [
  'push',
  'merge',
  'deploy',
  'close',
  'pr_open',
  'issue_close',
  'public_publication',
  'credential_change',
  'vendor_source_mutation',
  'core_mutation',
] as const;

/** Constraints that this harness can hold. */
export const KNOWN_CONSTRAINTS: readonly string[] = ['deterministic'];

/** Modes in which a rationale may stand for verification commands. */
const MODES_WITHOUT_VERIFICATION: readonly string[] = ['none', 'copied-fixture'];

export interface Eligibility {
  /** Whether the packet's own text lets it run; config and gates are asked later. */
  eligible: boolean;
  /** The fields that a run needs and that are absent or incomplete, in the order of 2-contracts.md. */
  missing: string[];
  /** Names of constraints that nobody here can hold. */
  unknownConstraints: string[];
}

/**
 * What a valid packet still lacks before it may run: the fields marked † in 2-contracts.md. An empty `allowed_paths`, a forgotten forbidden action, and
 * a rationale in a mode that needs commands count as missing.
 */
export function eligibility(packet: Packet): Eligibility {
  const verified =
    (packet.verification_commands?.length ?? 0) > 0 ||
    (packet.no_verification_rationale !== undefined &&
      MODES_WITHOUT_VERIFICATION.includes(packet.mutation_mode ?? 'none'));
  const present: [field: string, complete: boolean][] = [
    ['risk_class', packet.risk_class !== undefined],
    ['target', packet.target !== undefined],
    ['allowed_paths', (packet.allowed_paths?.length ?? 0) > 0],
    ['forbidden_paths', packet.forbidden_paths !== undefined],
    ['forbidden_actions', FORBIDDEN_ACTIONS.every((action) => packet.forbidden_actions?.includes(action) ?? false)],
    ['mutation_mode', packet.mutation_mode !== undefined],
    ['verification_commands', verified],
    ['approval', packet.approval !== undefined],
  ];
  const missing = present.filter(([, complete]) => !complete).map(([field]) => field);
  const unknownConstraints = Object.entries(packet.constraints ?? {})
    .filter(([name, value]) => !KNOWN_CONSTRAINTS.includes(name) || typeof value !== 'boolean')
    .map(([name]) => name)
    .toSorted();
  return { eligible: missing.length === 0 && unknownConstraints.length === 0, missing, unknownConstraints };
}
