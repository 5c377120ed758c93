import { expect, it } from '@jest/globals';
import { aside, checkOf, cutTo, fine, wanting, wrong } from '../../src/checks/reason.ts';

const TITLE = { success: 's', failure: 'f', action_required: 'a' };
it.each([
  ['nothing', [], 'failure'],
  ['what is fine', [fine('a'), fine('b')], 'success'],
  ['what is only said beside it', [aside('a')], 'failure'],
  ['something that is wanted', [fine('a'), wanting('b', 'c')], 'action_required'],
  ['something that is wrong', [wanting('b', 'c'), wrong('d', 'e'), fine('a')], 'failure'],
] as const)('a check that stands on %s', (_, reasons, conclusion) => {
  expect(checkOf('contract', TITLE, reasons)).toMatchObject({
    name: 'countersign/contract',
    conclusion,
    title: TITLE[conclusion],
  });
});
it('says what to do once, and only where something is to be done', () => {
  const { summary } = checkOf('gate', TITLE, [wrong('a', 'Do x.'), wrong('b', 'Do x.'), fine('c')]);
  expect(summary).toBe('- ✗ a\n- ✗ b\n- ✓ c\n\n**What next**\n\n- Do x.\n');
  expect(checkOf('gate', TITLE, [fine('c'), aside('d')]).summary).toBe('- ✓ c\n- – d\n');
});
it('cuts after a line, or within the only one, and never a character in two', () => {
  expect(cutTo(`one\ntwo\n${'x'.repeat(100)}`, 60)).toMatch(/^one\ntwo\n\n… cut/);
  expect(cutTo('😀'.repeat(100), 61)).toMatch(/^(?:😀)+\n\n… cut/u);
  expect(cutTo('short', 60)).toBe('short');
});
