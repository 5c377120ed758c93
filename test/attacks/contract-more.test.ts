import { afterEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateApprovals } from '../../src/contracts/index.ts';
import { parsePacket } from '../../src/packet/index.ts';
import { decidePacket } from '../../src/run/index.ts';
import { type Ground, ground, packet } from '../run/repository.ts';

/** 6-attacks.md, Trigger and contract: further YAML that means different things to different readers, and files that are no documents. */

const read = (line: string) => parsePacket(`---\npacket_id: fix-add\ntitle: t\n${line}\n---\nbody\n`);

describe('YAML that is read in one way or refused', () => {
  it.each([
    ['a number beyond every double', 'packet_number: 1e400', 'number_inexact'],
    ['a negative nought', 'packet_number: -0', 'number_inexact'],
    ['an octal number of YAML 1.1', 'packet_number: 017', 'number_inexact'],
    ['a number with underlines', 'packet_number: 1_000', 'type'],
    ['a binary number of YAML 1.1', 'packet_number: 0b1', 'type'],
    ['a sexagesimal number', 'packet_number: 1:20', 'type'],
    ['yes', 'outcome_required: yes', 'type'],
    ['nothing at all', 'rollback:', 'type'],
    ['a merge key', '<<: { rollback: x }', 'yaml_merge'],
    ['a list as a name', '? [a, b]\n: x', 'yaml_key'],
    ['a number as a name', '1: x', 'yaml_key'],
    ['a name twice, once in quotes', 'rollback: x\n"rollback": y', 'duplicate_key'],
    ['a name twice, once with an escape', 'rollback: x\n"rollbac\\x6b": y', 'duplicate_key'],
    ['a name twice, once as a complex key', 'rollback: x\n? rollback\n: y', 'duplicate_key'],
    ['an escape for a line separator', 'rollback: "a\\Lb"', 'unsafe_character'],
    ['an escape for NEL', 'rollback: "a\\Nb"', 'unsafe_character'],
    ['half a character', 'rollback: "\\uD800"', 'unsafe_character'],
    ['a directive', '%YAML 1.1', 'yaml_directive'],
    ['the end of the document', '...\nrollback: x', 'yaml_documents'],
    ['depth in a flow collection', `rollback: ${'['.repeat(5000)}${']'.repeat(5000)}`, 'yaml_depth'],
    ['tabs for indentation', 'limits:\n\ttimeout_seconds: 3', 'yaml_syntax'],
  ])('%s', (_what, line, rule) => {
    const result = read(line);
    expect(result.ok ? [] : result.errors.map((e) => e.rule)).toContain(rule);
  });

  it('a document that is wrong in 100,000 places is refused soon, with the first thousand', () => {
    const result = validateApprovals({
      schema: 'countersign/approvals/v1',
      approvals: Array.from({ length: 100_000 }, () => ({})),
    });
    expect(result.ok ? [] : result.errors).toHaveLength(1001);
    expect(result.ok ? [] : result.errors.at(-1)).toMatchObject({ rule: 'too_many_errors' });
  });
});

describe('an approvals file', () => {
  let here: Ground;
  afterEach(() => here.remove());
  const decide = async (approvalsFile: string) => {
    const packetFile = join(here.root, 'packet.md');
    writeFileSync(packetFile, packet({ engine: { id: 'command' } }));
    return await decidePacket({
      packetFile,
      repo: here.repo,
      out: here.out,
      env: here.env,
      approvalsFile,
      argv: ['true'],
    });
  };

  it('that has no end is refused and not read to it', async () => {
    here = ground();
    await expect(decide('/dev/zero')).rejects.toMatchObject({
      errors: [{ message: expect.stringContaining('is larger than') }],
    });
  });

  it('that is not UTF-8 is refused: with replacement characters it would be another document', async () => {
    here = ground();
    const file = join(here.root, 'approvals.json');
    const text = '{"schema":"countersign/approvals/v1","approvals":[],"x-note":"\xff"}';
    writeFileSync(file, Buffer.from(text, 'latin1'));
    await expect(decide(file)).rejects.toMatchObject({ errors: [{ rule: 'encoding' }] });
  });
});

describe('where the harness keeps its state', () => {
  it('does not depend on where it was called when HOME is empty', async () => {
    const { openPlaces, closePlaces } = await import('../../src/run/places.ts');
    const places = await openPlaces({ dir: '/nonexistent/a', commonDir: '/nonexistent/b' }, undefined, { HOME: '' });
    await closePlaces(places);
    expect(places.state.startsWith('/')).toBe(true);
    expect(places.state.startsWith(process.cwd())).toBe(false);
  });
});
