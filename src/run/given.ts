import type { Digest, Packet, Sha } from '../contracts/index.ts';
import type { Facts } from '../policy/index.ts';
import type { Protected } from './protected-ref.ts';

/** What a run is asked about, read on a laptop (local.ts) or as the Action read it on GitHub (hosted.ts): the documents, and the facts about people. */
export interface Given {
  packet: Packet;
  packetDigest: Digest;
  protected: Protected;
  /** Null where the packet names no target. */
  base: { ref: string; commit: Sha; tree: Sha } | null;
  facts: Pick<
    Facts,
    'surface' | 'repository_name' | 'author' | 'head' | 'approvals' | 'consumed_nonces' | 'attempts'
  > & { rules: Facts['protected']['rules'] };
}
