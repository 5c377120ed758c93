import { parsePacket } from '../../../src/packet/index.ts';
import { packetText } from '../packets.ts';
import { median, timed } from '../measure.ts';
import type { Row } from '../row.ts';

/** Packets that one process validates a second: parse, validate, digest. Every document differs, so that nothing can be remembered. */
export const validateInProcess: Row = {
  id: 'validate-in-process',
  title: '`validate` in process: parse, validate, digest',
  async *run({ quick }) {
    const count = quick ? 2_000 : 20_000;
    const text = packetText({});
    const documents = Array.from({ length: count }, (_, n) => text.replace('bench-packet', `bench-packet-${n}`));
    const digests = new Set<string>();
    const rates: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      digests.clear();
      const ms = await timed(async () => {
        for (const document of documents) {
          const parsed = parsePacket(document);
          if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
          digests.add(parsed.digest);
        }
      });
      if (digests.size !== count) throw new Error('two packets had one digest');
      rates.push((count * 1000) / ms);
    }
    const rate = median(rates);
    yield {
      what: 'packets',
      ours: rate,
      baseline: 20_000,
      unit: 'per s',
      value: rate,
      form: 'per s',
      target: { at: 'least', value: 20_000 },
      note: `Node ${process.version}`,
    };
  },
};
