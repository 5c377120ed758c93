import type { GateId } from '../../contracts/index.ts';
import type { Case } from '../case.ts';
import type { ModelVerdict } from '../model.ts';
import type { SourceVerdict } from '../source.ts';
import { judgeTarget } from '../target.ts';
import type { ApprovalState } from '../types.ts';
import type { Verdict } from '../verdict.ts';
import { approval, permissions, policy, repositoryClass, risk } from './configuration.ts';
import { constraints, contract, scope } from './document.ts';
import { engineEnabled, engineRegistered, stageAllowed, stageEarned } from './engine.ts';
import { provider } from './provider.ts';
import { cleanBase, dependencies, evidence, sandbox } from './repository.ts';

/** A case, and what was judged once for more than one reader. */
export interface Judged {
  it: Case;
  source: SourceVerdict;
  model: ModelVerdict;
  approval: ApprovalState;
}

/** Every gate of 2-contracts.md by its id: a gate without an entry does not compile. */
export const JUDGES: Readonly<Record<GateId, (judged: Judged) => Verdict>> = {
  contract: ({ it }) => contract(it),
  scope: ({ it }) => scope(it),
  constraints: ({ it }) => constraints(it),
  engine_registered: ({ it }) => engineRegistered(it),
  engine_enabled: ({ it }) => engineEnabled(it),
  stage_allowed: ({ it }) => stageAllowed(it),
  stage_earned: ({ it }) => stageEarned(it),
  risk: ({ it }) => risk(it),
  repository_class: ({ it }) => repositoryClass(it),
  source: ({ source }) => source.verdict,
  model: ({ model }) => model.verdict,
  target: ({ it }) => judgeTarget(it),
  permissions: ({ it }) => permissions(it),
  policy: ({ it }) => policy(it),
  approval: (judged) => approval(judged.approval),
  dependencies: ({ it }) => dependencies(it),
  clean_base: ({ it }) => cleanBase(it),
  evidence: ({ it }) => evidence(it),
  sandbox: ({ it }) => sandbox(it),
  provider: ({ it }) => provider(it),
};

/** The gates that ask about the engine alone: what another engine is denied for. */
export const ENGINE_GATES: readonly GateId[] = ['engine_enabled', 'stage_allowed', 'stage_earned', 'source', 'model'];
