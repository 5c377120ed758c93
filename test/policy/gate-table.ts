import { describe, expect, it } from '@jest/globals';
import type { GateId } from '../../src/contracts/index.ts';
import { decide } from '../../src/policy/index.ts';
import type { Row } from './cases.ts';

/** Tries one gate on a table of cases. Every table must hold a case that passes and one that is missing. */
export function gate(id: GateId, rows: readonly Row[]): void {
  describe(`gate ${id}`, () => {
    it.each(rows)('%s', (_, facts, state, codes, reason = /./) => {
      const found = decide(facts).gates.find((g) => g.id === id);
      expect({ state: found?.state, codes: found?.codes }).toEqual({ state, codes });
      expect(found?.reason).toMatch(reason);
      expect(typeof found?.satisfied_by === 'string').toBe(state === 'missing');
    });
    it('has a case that passes and one that is missing', () => {
      expect(rows.map(([, , state]) => state)).toEqual(expect.arrayContaining(['passed', 'missing']));
    });
  });
}
