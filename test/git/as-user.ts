/** Run by diff-user.test.ts as an ordinary user: plays a tree full of modes that stop one, and prints what was found. argv: an empty folder. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { put, repository } from './fixture.ts';
import { codes, places, play } from './result.ts';

const [, , dir = ''] = process.argv;
const outcome = await play(
  repository(join(dir, 'repo'), { 'src/app.js': 'one\n', 'lib/deep/file.js': 'x\n' }),
  (d) => {
    put(d, { 'vendor/hidden/file': 'x\n', 'vendor/other': 'y\n', 'src/app.js': 'two\n' });
    for (const path of ['vendor/hidden/file', 'vendor/hidden', 'vendor/other', 'src/app.js', 'lib/deep', 'lib'])
      chmodSync(join(d, path), 0);
    chmodSync(d, 0);
  },
  { allowed: ['src/'] },
);
process.stdout.write(
  JSON.stringify({
    uid: process.getuid?.(),
    codes: codes(outcome),
    places: places(outcome),
    same: outcome.verified === outcome.result.tree,
  }),
);
