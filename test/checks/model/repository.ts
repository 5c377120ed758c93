import { parsePacket } from '../../../src/packet/index.ts';
import { FILES } from '../../action/stage.ts';
import { packet } from '../../run/repository.ts';
import type { Files } from '../../twin/index.ts';
import type { Mode } from '../scene.ts';

/** Working copies that lie in a folder of this name are on a machine where the test fails. */
export const BROKEN = 'broken-machine';
const TEST = `import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { add } from '../src/add.mjs';
assert.equal(add(1, 2), 3);
assert(!readFileSync('/proc/self/mountinfo', 'utf8').includes('/${BROKEN}/'));
`;

/** The rules by number: the same ones, in other bytes. cem, who writes the packets, is named as well. */
export const rulesFiles = (rules: number): Files => ({
  '.countersign/config.yml': `# ${rules}
schema: countersign/config/v1
repository: { class: disposable }
approvals: { approvers: { users: [ann, bob, cem] } }
`,
});

/** A repository in which an engine mends one function, and in which `TEST` says whether it did. */
export const REPOSITORY: Files = { ...FILES, ...rulesFiles(0), 'test/add.mjs': TEST };

export const PACKET_ID = 'fix-add';
const TITLES = ['Add adds', 'Add adds well', 'Add adds again'];

/** The body for a packet by number, and the digest of that packet. */
export function packetOf(mode: Mode, number: number): { body: string; digest: string } {
  const body = packet({
    packet_id: PACKET_ID,
    title: TITLES[number],
    engine: { id: 'fake', script: 'play.yml' },
    approval: { required: true },
    mutation_mode: mode === 'published' ? 'sandbox-repo' : 'copied-fixture',
  });
  const reading = parsePacket(body);
  if (!reading.ok) throw new Error('this is no packet');
  return { body, digest: reading.digest };
}
