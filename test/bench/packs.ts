import { mkdirSync } from 'node:fs';
import { createCipheriv, createHash } from 'node:crypto';
import { asSha, canonicalText, type Packet, type Sha } from '../../src/contracts/index.ts';
import { openPack, runIdOf, sealPack } from '../../src/evidence/index.ts';
import { decide } from '../../src/policy/index.ts';
import { factsOf, NOW, packetOf } from '../policy/facts.ts';

/** How large a pack is to be: so many files under `backend/`, each of so many bytes. */
export interface PackSize {
  files: number;
  bytes: number;
  /** Called with the unsealed folder just before it is sealed. */
  before?: (folder: string) => void;
}

const ADDED = 'export const limit = 3;\n';
const blob = createHash('sha1').update(`blob ${ADDED.length}\0${ADDED}`).digest('hex');
const PATCH = `diff --git a/src/limit.js b/src/limit.js
new file mode 100644
index ${'0'.repeat(40)}..${blob}
--- /dev/null
+++ b/src/limit.js
@@ -0,0 +1 @@
+${ADDED}`;

const ISOLATION = {
  tool: 'bubblewrap',
  version: '0.8.0',
  namespaces: ['cgroup', 'ipc', 'mount', 'net', 'pid', 'user', 'uts'],
  seccomp: true,
  limits: { memory: 'rlimit', processes: 'rlimit' },
};

/** Bytes that do not compress, always the same. */
const noise = (bytes: number): Buffer =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(bytes));

/**
 * Writes a pack of a passing run with the harness's own writer: one that `verify` accepts, whose size no real run would have in reasonable time.
 * @returns the absolute path of the pack, which lies below `out`.
 */
export async function makePack(out: string, size: PackSize): Promise<string> {
  mkdirSync(out, { recursive: true });
  const packet: Packet = packetOf();
  const decision = decide(factsOf(packet));
  const identity = {
    packet_digest: decision.packet_digest,
    decision_id: decision.decision_id,
    base_commit: decision.facts.base?.sha ?? null,
    engine_digest: null,
    run_started_at: NOW,
    ci_run: null,
    ci_attempt: null,
    nonce: '',
  } as const;
  const runId = runIdOf(identity);
  const pack = openPack(out, runId, { now: () => NOW });
  const base = decision.facts.base;
  const tree: Sha = asSha('e'.repeat(40));
  pack.writeJson('packet.json', packet);
  pack.writeJson('decision.json', decision);
  pack.writeJson('approvals.json', { schema: 'countersign/approvals/v1', approvals: [] });
  pack.writeJson('admissions.json', { schema: 'countersign/admissions/v1', admissions: [] });
  pack.writeJson('inputs.json', {
    schema: 'countersign/inputs/v1',
    run_id: runId,
    identity,
    base_tree: base?.tree ?? null,
    protected_ref: decision.facts.protected.ref,
    protected_commit: decision.facts.protected.sha,
    inputs: [],
    setup_outputs: [],
  });
  pack.writeFile('patch.diff', PATCH);
  const content = noise(size.bytes);
  for (let n = 0; n < size.files; n++) {
    content.write(String(n).padStart(8, '0'));
    pack.writeFile(`backend/logs/${String(n).padStart(6, '0')}.log`, content);
  }
  pack.event('run.started', {
    case_id: packet.packet_id,
    backend: 'fake',
    mutation_mode: packet.mutation_mode ?? null,
    packet_digest: decision.packet_digest,
  });
  pack.event('task.contract.created', {
    packet_digest: decision.packet_digest,
    decision_id: decision.decision_id,
    base_commit: base?.sha ?? null,
    base_tree: base?.tree ?? null,
    approval_required: false,
  });
  pack.event('plan.updated', {
    gates_passed: [...decision.passed_gates],
    engine: 'fake',
    workspace: '/workspace',
    steps: ['execute', 'inspect', 'verify'],
    writable_roots: ['/workspace'],
    isolation: ISOLATION,
  });
  pack.trace('engine.ended', { termination: 'exited' });
  pack.event('patch.applied', {
    result: 'pass',
    reason: null,
    backend_process_started: true,
    backend_exit_code: 0,
    backend_termination: 'exited',
    model_runtime: null,
  });
  pack.event('git.diff.checked', {
    result: 'pass',
    reason: null,
    changed_files: 1,
    patch_sha256: createHash('sha256').update(PATCH).digest('hex'),
    patch_bytes: PATCH.length,
    result_tree: tree,
    allowed_writes_passed: true,
    forbidden_paths_passed: true,
    protected_roots: [],
  });
  const [command] = packet.verification_commands ?? [];
  pack.event('verification.completed', {
    result: 'pass',
    reason: null,
    verification: [
      {
        name: command?.name ?? '',
        argv: command?.run ?? [],
        phase: 'after',
        exit_code: 0,
        signal: null,
        result: 'pass',
      },
    ],
  });
  const file = {
    path: 'src/limit.js',
    mode: '100644',
    old_mode: '000000',
    kind: 'added',
    added: 1,
    removed: 0,
  } as const;
  size.before?.(pack.folder);
  const sealed = await sealPack(pack, { changedFiles: [file] });
  if (sealed.report.status !== 'pass') throw new Error(`not a passing pack: ${canonicalText(sealed.report.blockers)}`);
  return sealed.path;
}
