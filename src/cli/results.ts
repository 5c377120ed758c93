import { type DocumentError, type Packet, digestOf } from '../contracts/index.ts';
import type { PacketReading } from '../packet/index.ts';

/** What `validate` says of one packet (issue 3, "Command line"). */
export interface PacketResult {
  file: string;
  ok: boolean;
  eligible: boolean;
  missing: string[];
  unknown_constraints: string[];
  packet_id: string | null;
  digest: string | null;
  errors: DocumentError[];
}

/** What it says of any other document. */
export interface DocumentResult {
  file: string;
  ok: boolean;
  schema: string | null;
  digest: string | null;
  errors: DocumentError[];
}

/** One file's result, and the packet itself where it is one. */
export type Validated =
  | { kind: 'packet'; result: PacketResult; packet?: Packet }
  | { kind: 'document'; result: DocumentResult };

/** A packet that nobody can run. */
export const invalidPacket = (file: string, errors: DocumentError[]): Validated => ({
  kind: 'packet',
  result: {
    file,
    ok: false,
    eligible: false,
    missing: [],
    unknown_constraints: [],
    packet_id: null,
    digest: null,
    errors,
  },
});

/** A packet as it was read. */
export const packetResult = (file: string, reading: PacketReading): Validated => {
  if (!reading.ok) return invalidPacket(file, reading.errors);
  const { packet, digest, eligible, missing, unknownConstraints } = reading;
  const { packet_id } = packet;
  const result = {
    file,
    ok: true,
    eligible,
    missing,
    unknown_constraints: unknownConstraints,
    packet_id,
    digest,
    errors: [],
  };
  return { kind: 'packet', result, packet };
};

/** Any other document; its digest is that of its canonical form. */
export const documentResult = (
  file: string,
  schema: string | null,
  errors: DocumentError[],
  value?: unknown,
): Validated => ({
  kind: 'document',
  result: { file, ok: errors.length === 0, schema, digest: errors.length === 0 ? digestOf(value) : null, errors },
});

/** How a file is read: by its ending, and without one by its first character. */
export function formatOf(file: string, text: string): 'packet' | 'json' | 'yaml' {
  if (/\.json$/i.test(file)) return 'json';
  if (/\.ya?ml$/i.test(file)) return 'yaml';
  if (/\.(?:md|markdown)$/i.test(file)) return 'packet';
  return /^\s*\{/.test(text) ? 'json' : text.startsWith('schema:') ? 'yaml' : 'packet';
}
