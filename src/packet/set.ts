import type { DocumentError, Packet } from '../contracts/index.ts';

const broken = (at: string, rule: string, message: string, fix: string): DocumentError => ({
  code: 'contract_invalid',
  message,
  at,
  rule,
  fix,
});

/**
 * What is wrong with packets only in each other's company: an id that stands twice (it is unique in the repository), dependencies that
 * go in a circle. One list of errors per packet, in the order given; a packet that depends on one that is not given is fine here.
 */
export function packetSetErrors(packets: readonly Packet[]): DocumentError[][] {
  const first = new Map<string, Packet>();
  for (const packet of packets) if (!first.has(packet.packet_id)) first.set(packet.packet_id, packet);
  return packets.map((packet) => [
    ...(first.get(packet.packet_id) === packet
      ? []
      : [
          broken(
            '/packet_id',
            'packet_id_twice',
            `another packet has the id ${packet.packet_id}`,
            'Give one of the two another id.',
          ),
        ]),
    ...circles(packet, first),
  ]);
}

function circles(packet: Packet, all: ReadonlyMap<string, Packet>): DocumentError[] {
  return (packet.depends_on ?? []).flatMap((id, i) => {
    const path = id === packet.packet_id ? null : pathBetween(id, packet.packet_id, all);
    if (!path) return [];
    const way = [packet.packet_id, ...path].join(' → ');
    return [
      broken(
        `/depends_on/${i}`,
        'dependency_cycle',
        `the dependencies go in a circle: ${way}`,
        'Remove one of the dependencies.',
      ),
    ];
  });
}

/** A way from one packet to another along `depends_on`, both ends included; breadth first, each packet looked at once. */
function pathBetween(from: string, to: string, all: ReadonlyMap<string, Packet>): string[] | null {
  const cameFrom = new Map<string, string | null>([[from, null]]);
  for (const id of cameFrom.keys()) {
    if (id === to) {
      const path: string[] = [];
      for (let at: string | null = id; at !== null; at = cameFrom.get(at) ?? null) path.unshift(at);
      return path;
    }
    for (const next of all.get(id)?.depends_on ?? []) if (!cameFrom.has(next)) cameFrom.set(next, id);
  }
  return null;
}
