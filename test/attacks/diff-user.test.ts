import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inFolder } from '../git/fixture.ts';

const NOBODY = 65534;
const SETPRIV = '/usr/bin/setpriv';
const isRoot = process.getuid?.() === 0;

/** As root nothing is unreadable: then the same is done as nobody, in a process of its own. Without root the test is one already. */
const asNobody = isRoot && existsSync(SETPRIV) ? describe : describe.skip;

asNobody('an ordinary user (skipped: needs root and setpriv)', () => {
  it('finds what lies in folders and files of mode 000', async () => {
    await inFolder((dir) => {
      chmodSync(dir, 0o777);
      const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
      const script = resolve(import.meta.dirname, '../git/as-user.ts');
      const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' };
      const printed = execFileSync(
        SETPRIV,
        [...user, process.execPath, '--disable-warning=ExperimentalWarning', script, dir],
        { env },
      );
      expect(JSON.parse(printed.toString())).toEqual({
        uid: NOBODY,
        codes: ['disallowed_file_change'],
        places: ['disallowed_file_change vendor/hidden/file', 'disallowed_file_change vendor/other'],
        same: true,
      });
    });
  });
});
