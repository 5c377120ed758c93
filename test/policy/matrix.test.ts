import { describe, expect, it } from '@jest/globals';
import { decide } from '../../src/policy/index.ts';
import { CONFIG, factsOf, packetOf, reviewed, wideFacts } from './facts.ts';

/**
 * 2-contracts.md, "Modes, stages, risk", written a second time in the plainest way: if the product's tables and these sentences disagree, one of them
 * is wrong.
 */
function naive(mode: string, stages: number[], cls: string, risk: string, engine: 'fake' | 'codex'): string[] {
  const codes: string[] = [];
  if (engine !== 'fake') {
    if (mode === 'none' && !stages.includes(1)) codes.push('stage_not_allowed');
    if (mode === 'copied-fixture' && !stages.includes(3)) codes.push('stage_not_allowed');
    if (mode === 'sandbox-repo' && !stages.includes(4)) codes.push('stage_not_allowed');
    if (mode === 'owned-noncritical-repo' && !stages.includes(5)) codes.push('stage_not_allowed');
    if (mode === 'candidate-default' && !stages.includes(6)) codes.push('stage_not_allowed');
  }
  if (risk === 'moderate' && mode === 'candidate-default') codes.push('risk_exceeded');
  if (risk === 'high' && (mode === 'owned-noncritical-repo' || mode === 'candidate-default'))
    codes.push('risk_exceeded');
  if (risk === 'critical' && mode !== 'none' && mode !== 'copied-fixture') codes.push('risk_exceeded');
  const needsDisposable = mode === 'sandbox-repo';
  const needsOwned = mode === 'owned-noncritical-repo' || mode === 'candidate-default';
  if (cls === 'critical' && (needsDisposable || needsOwned)) codes.push('critical_repository');
  if (cls === 'owned-noncritical' && needsDisposable) codes.push('unowned_repository');
  if (cls === 'disposable' && needsOwned) codes.push('unowned_repository');
  return codes;
}
/** Whether an approval is needed, and by how many (docs/adr/0042 for high risk below the published modes). */
function approvers(mode: string, risk: string): number {
  if (risk === 'high') return 2;
  const published = ['sandbox-repo', 'owned-noncritical-repo', 'candidate-default'].includes(mode);
  if (!published) return 0;
  return risk === 'critical' ? 2 : 1;
}

const MODES = ['none', 'copied-fixture', 'sandbox-repo', 'owned-noncritical-repo', 'candidate-default'] as const;
const CLASSES = ['disposable', 'owned-noncritical', 'critical'] as const;
const RISKS = ['low', 'moderate', 'high', 'critical'] as const;
const STAGES = [[], [1], [2], [3], [4], [5], [6], [1, 2, 3, 4, 5, 6]];
const cells = MODES.flatMap((mode) =>
  CLASSES.flatMap((cls) =>
    RISKS.flatMap((risk) =>
      STAGES.flatMap((stages) => (['fake', 'codex'] as const).map((engine) => ({ mode, cls, risk, stages, engine }))),
    ),
  ),
);
const ASKED = ['stage_allowed', 'risk', 'repository_class'];

const wide = wideFacts({ approvals: [] });
function decided({ mode, cls, risk, stages, engine }: (typeof cells)[number], people: string[]) {
  const packet = packetOf({
    mutation_mode: mode,
    risk_class: risk,
    engine: engine === 'fake' ? { id: 'fake', script: 'fake.yml' } : { id: engine },
  });
  const config = {
    ...CONFIG,
    repository: { class: cls },
    engines: { codex: { ...CONFIG.engines?.codex, enabled: true, stages } },
  };
  const facts = { ...wide, config, packet: factsOf(packet).packet };
  const approvals = people.map((login, id) =>
    reviewed(facts, { actor: { id: id + 1, login }, nonce: `nonce-000${id}` }),
  );
  return decide({ ...facts, approvals });
}

describe('mode × stage × class × risk', () => {
  it(`agrees with the sentences of the contract in all ${cells.length} cells`, () => {
    for (const cell of cells) {
      const decision = decided(cell, []);
      const codes = decision.gates.filter((gate) => ASKED.includes(gate.id)).flatMap((gate) => gate.codes);
      expect({ cell, codes }).toEqual({ cell, codes: naive(cell.mode, cell.stages, cell.cls, cell.risk, cell.engine) });
    }
  });

  it('asks for as many people as the contract says, and lets nothing run with one fewer', () => {
    for (const cell of cells.filter(({ stages }) => stages.length !== 1)) {
      const needed = approvers(cell.mode, cell.risk);
      const people = ['ann', 'bob', 'cem'].slice(0, needed);
      const open = naive(cell.mode, cell.stages, cell.cls, cell.risk, cell.engine).length === 0;
      const decision = decided(cell, people);
      expect({ cell, required: decision.approval_required, status: decision.approval_status }).toEqual({
        cell,
        required: needed > 0,
        status: needed > 0 ? 'granted' : 'not-required',
      });
      // stage 6 needs the proof of stage 5, and so on: all of them are proven here.
      expect({ cell, engine: decision.selected_engine, mode: decision.allowed_mutation_mode }).toEqual({
        cell,
        engine: open ? cell.engine : 'none',
        mode: open ? cell.mode : 'none',
      });
      const fewer = decided(cell, people.slice(1)).selected_engine;
      expect({ cell, fewer: needed > 0 ? fewer : 'none' }).toEqual({ cell, fewer: 'none' });
    }
  });
});
