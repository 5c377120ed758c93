import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { usage } from '../contracts/index.ts';

/**
 * Refuses a git directory that holds a fifo or a device, also behind a link: git and we would wait for somebody to write to it, or read without end. One
 * look at names and types, before anything in it is opened. Folders behind links are not entered; a socket (git's own fsmonitor has one) cannot be opened.
 *
 * @param dir a git directory, or an object directory.
 * @param skip name of an entry of `dir` that somebody else looks at.
 * @throws UserError (exit 3) that names the file.
 */
export function refuseSpecialFiles(dir: string, skip?: string): void {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.name === skip || entry.isFile()) continue;
    const path = join(dir, entry.name);
    if (entry.isDirectory()) refuseSpecialFiles(path);
    else if (isSpecial(entry.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : entry))
      throw usage(
        `${JSON.stringify(path)} is no regular file`,
        path,
        'Remove it: git keeps files and folders there and nothing else.',
      );
  }
}

const isSpecial = (entry: Pick<Dirent, 'isFIFO' | 'isCharacterDevice' | 'isBlockDevice'> | undefined): boolean =>
  entry !== undefined && (entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice());
