import type { MutationMode, RiskClass } from '../contracts/index.ts';
import type { Settings } from './types.ts';

/** From the narrowest to the widest: a later mode may change more. */
export const MODES = [
  'none',
  'copied-fixture',
  'sandbox-repo',
  'owned-noncritical-repo',
  'candidate-default',
] as const satisfies readonly MutationMode[];

interface ModeRule {
  /** The rung of the ladder that the mode stands on. `copied-fixture` has two, see `stageOf`. */
  stage: number;
  /** The stages that an engine must have proven first. */
  earned: readonly number[];
  /** The repository class that the mode needs; null: any. */
  repository: Settings['repository_class'] | null;
}

/** 2-contracts.md, Modes, stages, risk: the table. */
export const MODE_RULES: Readonly<Record<MutationMode, ModeRule>> = {
  none: { stage: 1, earned: [], repository: null },
  'copied-fixture': { stage: 3, earned: [], repository: null },
  'sandbox-repo': { stage: 4, earned: [1, 2, 3], repository: 'disposable' },
  'owned-noncritical-repo': { stage: 5, earned: [1, 2, 3, 4], repository: 'owned-noncritical' },
  'candidate-default': { stage: 6, earned: [1, 2, 3, 4, 5], repository: 'owned-noncritical' },
};

/** Whether `mode` may change at least as much as `other`. */
export const atLeast = (mode: MutationMode, other: MutationMode): boolean =>
  MODES.indexOf(mode) >= MODES.indexOf(other);

/** The modes whose result is pushed by the publish job; they always need a granted approval. */
export const isPublished = (mode: MutationMode | null): boolean => mode !== null && atLeast(mode, 'sandbox-repo');

/** The stage that a mode runs at: copies of scenario fixtures are stage 2, copies of a repository stage 3. */
export const stageOf = (mode: MutationMode, fixture: boolean): number =>
  mode === 'copied-fixture' && fixture ? 2 : MODE_RULES[mode].stage;

/** The widest mode that a risk class allows. */
export const WIDEST: Readonly<Record<RiskClass, MutationMode>> = {
  low: 'candidate-default',
  moderate: 'owned-noncritical-repo',
  high: 'sandbox-repo',
  critical: 'copied-fixture',
};
