import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { decide, explainDecision } from '../../src/policy/index.ts';
import { CONFIG, factsOf, packetOf } from './facts.ts';

/** docs/decision.md shows a tree; it is this one, so that it cannot grow old. */
it('the tree in docs/decision.md is what the product prints', () => {
  const packet = packetOf({
    engine: { id: 'command' },
    approval: { required: true },
    constraints: { deterministic: true },
    depends_on: ['upload-queue'],
  });
  const config = { ...CONFIG, engines: { command: { enabled: true, stages: [2], argv: ['./agent.sh'] as [string] } } };
  const facts = factsOf(packet, { config, repository: null });
  const tree = explainDecision(decide({ ...facts, engines: facts.engines.slice(0, 2) }));
  const page = readFileSync(new URL('../../docs/decision.md', import.meta.url), 'utf8');
  expect(/```text\n([\s\S]*?)```/.exec(page)?.[1]).toBe(tree);
});
