import { describe, expect, it } from '@jest/globals';
import type { Packet } from '../../src/contracts/index.ts';
import { packetSetErrors } from '../../src/packet/index.ts';

const packet = (packet_id: string, ...depends_on: string[]): Packet => ({
  packet_id,
  title: packet_id,
  depends_on,
  body: '',
});
const found = (...packets: Packet[]) =>
  packetSetErrors(packets).map((errors) => errors.map((e) => `${e.rule} ${e.at}`));

describe('packets in each other’s company', () => {
  it('an id is unique', () => {
    expect(found(packet('one'), packet('two'), packet('one'))).toEqual([[], [], ['packet_id_twice /packet_id']]);
  });

  it('dependencies go in no circle, and every packet in one hears of it', () => {
    const errors = packetSetErrors([
      packet('aaa', 'xxx', 'bbb'),
      packet('bbb', 'ccc'),
      packet('ccc', 'aaa'),
      packet('ddd', 'aaa'),
    ]);
    expect(errors.map((e) => e.map(({ at }) => at))).toEqual([
      ['/depends_on/1'],
      ['/depends_on/0'],
      ['/depends_on/0'],
      [],
    ]);
    expect(errors[0]?.[0]?.message).toBe('the dependencies go in a circle: aaa → bbb → ccc → aaa');
  });

  it('a long chain is walked once', () => {
    const chain = Array.from({ length: 2000 }, (_, i) => packet(`p-${i}`, `p-${i + 1}`, `p-${i + 2}`));
    expect(found(...chain).flat()).toEqual([]);
  });
});
