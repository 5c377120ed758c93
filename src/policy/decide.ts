import { type Code, type Decision, digestOf, GATES, type GateId, type Tier, TIERS } from '../contracts/index.ts';
import { approvalState } from './approval.ts';
import { type Case, caseOf } from './case.ts';
import { ENGINE_GATES, JUDGES, type Judged } from './gates/index.ts';
import { judgeModel } from './model.ts';
import { judgeSource } from './source.ts';
import type { Facts, Gate, LazyTier } from './types.ts';
import type { Verdict } from './verdict.ts';

/** Everything that more than one gate reads of a case, judged once. */
export const judge = (it: Case): Judged => ({
  it,
  source: judgeSource(it),
  model: judgeModel(it),
  approval: approvalState(it),
});

/**
 * The eligibility decision: whether this packet may run, by which engine and how far (2-contracts.md, Eligibility decision). Pure and total: the same
 * facts give the same bytes, and facts that were not collected block. Tiers after one with a missing gate are not evaluated.
 */
export function decide(facts: Facts): Decision {
  const judged = judge(caseOf(facts));
  const { it, approval } = judged;
  const gates = evaluate(judged);
  const missing = gates.filter((gate) => gate.state === 'missing');
  const eligible = missing.length === 0;
  const rest: Omit<Decision, 'decision_id'> = {
    schema: 'countersign/decision/v1',
    packet_id: it.packet.packet_id,
    packet_digest: facts.packet.digest,
    requested_engine: it.requested,
    selected_engine: eligible && it.requested !== null ? it.requested : 'none',
    denied_engines: deniedEngines(judged, missing),
    risk_class: it.packet.risk_class ?? null,
    required_gates: gates.filter((gate) => gate.state !== 'not_applicable').map((gate) => gate.id),
    passed_gates: gates.filter((gate) => gate.state === 'passed').map((gate) => gate.id),
    missing_gates: missing.map((gate) => gate.id),
    gates,
    allowed_mutation_mode: (eligible ? it.mode : null) ?? 'none',
    stage: it.stage,
    effective_paths: { allowed: it.scope.allowed, forbidden: it.scope.forbidden },
    approval_required: approval.required,
    approval_status: approval.status,
    source_admission_status: judged.source.status,
    model_admission_status: judged.model.status,
    reasons: missing.map((gate) => `${gate.id}: ${gate.reason}`),
    escalation_path: missing.flatMap((gate) =>
      GATES.filter(({ id }) => id === gate.id).map(({ id, escalates_to }) => ({ gate: id, to: escalates_to })),
    ),
    facts,
  };
  return { ...rest, decision_id: digestOf(rest) };
}

/**
 * Which facts the decision still wants: those of the first tier that was evaluated without them. Null: there is nothing left to collect. Every gate
 * before that tier has passed, so that nothing is opened for a packet that its own text or the configuration rules out.
 */
export function nextFacts({ gates, facts }: Pick<Decision, 'gates' | 'facts'>): LazyTier | null {
  const reached = (tier: Tier): boolean => gates.some((gate) => gate.tier === tier && gate.state === 'missing');
  if (facts.repository === null && reached('repository')) return 'repository';
  return facts.provider === null && reached('provider') ? 'provider' : null;
}

function evaluate(judged: Judged): Gate[] {
  const gates: Gate[] = [];
  let blocked: Tier | null = null;
  for (const tier of TIERS) {
    const ids: GateId[] = GATES.filter((gate) => gate.tier === tier).map((gate) => gate.id);
    const verdicts: Gate[] = ids.map((id) =>
      written(
        id,
        tier,
        blocked === null ? JUDGES[id](judged) : { state: 'not_evaluated', reason: `The ${blocked} tier blocks.` },
      ),
    );
    if (blocked === null && verdicts.some((gate) => gate.state === 'missing')) blocked = tier;
    gates.push(...verdicts);
  }
  return gates;
}

const distinct = <T>(items: readonly T[]): T[] => [...new Set(items)];

function written(id: GateId, tier: Tier, verdict: Verdict): Gate {
  if (verdict.state !== 'missing')
    return { id, tier, state: verdict.state, reason: verdict.reason, satisfied_by: null, codes: [] };
  return {
    id,
    tier,
    state: 'missing',
    reason: verdict.reason ?? distinct(verdict.lacks.map((lack) => lack.reason)).join('; '),
    satisfied_by: distinct(verdict.lacks.map((lack) => lack.fix)).join(' '),
    codes: distinct(verdict.lacks.map((lack) => lack.code)),
  };
}

/** Every registered engine that may not run, and why: the requested one for its missing gates, the others because nobody asked for them. */
function deniedEngines(judged: Judged, missing: readonly Gate[]): Decision['denied_engines'] {
  const { it } = judged;
  const ids = [...new Set(it.facts.engines.map((engine) => engine.id))];
  return ids.flatMap((engine): Decision['denied_engines'] => {
    if (engine !== it.requested) return [denied(judged, engine)];
    if (missing.length === 0) return [];
    return [
      {
        engine,
        codes: [...new Set(missing.flatMap((gate) => gate.codes))],
        reasons: missing.map((gate) => `${gate.id}: ${gate.reason}`),
      },
    ];
  });
}

function denied(judged: Judged, engine: string): Decision['denied_engines'][number] {
  const { facts, requested } = judged.it;
  const it = caseOf(facts, engine);
  const other = { ...judged, it, source: judgeSource(it), model: judgeModel(it) };
  const lacks = ENGINE_GATES.flatMap((id) => {
    const verdict = JUDGES[id](other);
    return verdict.state === 'missing' ? verdict.lacks.map((lack) => ({ id, ...lack })) : [];
  });
  const codes: Code[] = [...new Set(lacks.map((lack) => lack.code))];
  const chosen =
    requested === null ? 'no engine was chosen' : `${requested} was asked for, and engines are never substituted`;
  return { engine, codes, reasons: [chosen, ...lacks.map((lack) => `${lack.id}: ${lack.reason}`)] };
}
