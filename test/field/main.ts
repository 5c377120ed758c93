/**
 * `node test/field/main.ts [--only ID] [--keep] [--mirror]`: `countersign run` on real repositories, their dependencies installed by `setup` through the relay,
 * their own test suites as verification. `--mirror` puts a mirror on loopback before the registry (see mirror.ts). Needs the network, hence no part of
 * `npm test`. docs/field-notes.md says what came of it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cases } from './cases.ts';
import { mirror } from './mirror.ts';
import { play } from './play.ts';
import { registry } from './registry.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
    mirror: { type: 'boolean', default: false },
  },
});
const chosen = cases.filter(({ id }) => values.only === undefined || id === values.only);
if (chosen.length === 0) {
  console.error(`no such case: ${values.only}. There are: ${cases.map(({ id }) => id).join(', ')}`);
  process.exit(3);
}
const direct = registry();
const mirrored = values.mirror ? await mirror(direct.url) : null;
const parent = mkdtempSync(join(tmpdir(), 'countersign-field-'));
let right = 0;
try {
  for (const one of chosen) if (await play(one, mirrored ?? direct, join(parent, one.id))) right += 1;
} finally {
  mirrored?.server.closeAllConnections();
  mirrored?.server.close();
  if (values.keep) console.log(`\nkept: ${parent}`);
  else rmSync(parent, { recursive: true, force: true });
}
console.log(`\n${right} of ${chosen.length} as expected`);
process.exitCode = right === chosen.length ? 0 : 1;
