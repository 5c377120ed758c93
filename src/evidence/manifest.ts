import type { Manifest, Packet, RunId, Time } from '../contracts/index.ts';
import { evidenceId } from './identity.ts';
import { byteOrder, mediaType } from './layout.ts';

/** A file as it was hashed: bytes and bare hex. */
export interface HashedFile {
  path: string;
  size: number;
  sha256: string;
}

/** What evidence_expectations declares, by path under `expected/`. */
export const declaredTypes = (packet: Packet): Map<string, string> =>
  new Map((packet.evidence_expectations ?? []).flatMap((e) => (e.media_type ? [[e.path, e.media_type] as const] : [])));

/** The manifest over all files but itself and SHA256SUMS, members in canonical order. Pure. */
export function buildManifest(
  runId: RunId,
  packet: Packet,
  files: readonly HashedFile[],
  writtenAt: (path: string, index: number) => Time,
): Manifest {
  const declared = declaredTypes(packet);
  return {
    files: files
      .toSorted((a, b) => byteOrder(a.path, b.path))
      .map(({ path, size, sha256 }, index) => ({
        evidence_id: evidenceId(runId, index + 1),
        media_type: mediaType(path, declared),
        path,
        seq: index + 1,
        sha256,
        size,
        written_at: writtenAt(path, index),
      })),
    run_id: runId,
    schema: 'countersign/manifest/v1',
  };
}
