/** Whom a missing gate escalates to. */
export type Escalation = 'operator' | 'blocked' | 'security' | 'maintainer';

/** Which gates there are, in tiers, and whom a missing one escalates to (2-contracts.md, Eligibility decision). */
export const TIERS = ['document', 'configuration', 'repository', 'provider'] as const;
export type Tier = (typeof TIERS)[number];

export const GATES = [
  { id: 'contract', tier: 'document', escalates_to: 'operator' },
  { id: 'scope', tier: 'document', escalates_to: 'operator' },
  { id: 'constraints', tier: 'document', escalates_to: 'operator' },
  { id: 'engine_registered', tier: 'configuration', escalates_to: 'operator' },
  { id: 'engine_enabled', tier: 'configuration', escalates_to: 'operator' },
  { id: 'stage_allowed', tier: 'configuration', escalates_to: 'blocked' },
  { id: 'stage_earned', tier: 'configuration', escalates_to: 'blocked' },
  { id: 'risk', tier: 'configuration', escalates_to: 'blocked' },
  { id: 'repository_class', tier: 'configuration', escalates_to: 'blocked' },
  { id: 'source', tier: 'configuration', escalates_to: 'security' },
  { id: 'model', tier: 'configuration', escalates_to: 'security' },
  { id: 'target', tier: 'configuration', escalates_to: 'maintainer' },
  { id: 'permissions', tier: 'configuration', escalates_to: 'security' },
  { id: 'policy', tier: 'configuration', escalates_to: 'security' },
  { id: 'approval', tier: 'configuration', escalates_to: 'maintainer' },
  { id: 'dependencies', tier: 'repository', escalates_to: 'operator' },
  { id: 'clean_base', tier: 'repository', escalates_to: 'operator' },
  { id: 'evidence', tier: 'repository', escalates_to: 'operator' },
  { id: 'sandbox', tier: 'repository', escalates_to: 'operator' },
  { id: 'provider', tier: 'provider', escalates_to: 'operator' },
] as const satisfies readonly { id: string; tier: Tier; escalates_to: Escalation }[];
export type GateId = (typeof GATES)[number]['id'];
