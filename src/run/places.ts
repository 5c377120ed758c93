import { execFile } from 'node:child_process';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { usage } from '../contracts/index.ts';
import type { Source } from '../git/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const program = promisify(execFile);

/** Folders of one run on this machine (2-contracts.md, Places). None of them ever reaches a pack. */
export interface Places {
  /** Where packs go. */
  out: string;
  /** Records that outlive a run: used approvals. */
  state: string;
  /** 0700, removed at the end. */
  work: string;
}

/** A variable that holds no absolute path (`HOME=` in a container) is as good as unset: the folder would depend on where the command was called. */
const absolute = (path: string | undefined): string | null => (path !== undefined && isAbsolute(path) ? path : null);

const stateHome = ({ XDG_STATE_HOME, HOME }: Environment): string =>
  join(absolute(XDG_STATE_HOME) ?? join(absolute(HOME) ?? userInfo().homedir, '.local/state'), 'countersign');

/** The real path of something that need not exist yet. */
async function real(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await real(parent), basename(path));
  }
}

const inside = (child: string, parent: string): boolean => {
  const path = relative(parent, child);
  return path === '' || (path !== '..' && !path.startsWith('../') && !isAbsolute(path));
};

/** Finds and makes the folders of a run. Throws a UserError when packs or working copies would land inside the repository. */
export async function openPlaces(
  source: Pick<Source, 'dir' | 'commonDir'>,
  out: string | undefined,
  env: Environment,
): Promise<Places> {
  const state = await real(stateHome(env));
  const target = await real(resolve(out ?? join(state, 'runs')));
  const temporary = await real(resolve(env.TMPDIR || tmpdir()));
  const refuse = (folder: string, what: string, at: string): void => {
    if (inside(folder, source.dir) || inside(folder, source.commonDir))
      throw usage(
        `the ${what} ${folder} lies inside the repository`,
        at,
        'Choose a folder outside: a run never touches the repository.',
      );
  };
  refuse(target, 'output folder', '--out');
  refuse(state, 'folder for used approvals', 'XDG_STATE_HOME');
  refuse(temporary, 'folder for working copies', 'TMPDIR');
  const work = await mkdtemp(join(temporary, 'countersign-')).catch((error: Error) => {
    throw usage(
      `no working copy can be made: ${error.message}`,
      'TMPDIR',
      'Set TMPDIR to a folder that can be written to.',
    );
  });
  return { out: target, state, work };
}

/**
 * Removes the working copies. rm(1) and not Node's: an engine can leave paths that are longer than the kernel takes in one piece, and rm descends. What it
 * made unreadable was made readable by the walk; a run that died before that leaves it to chmod.
 */
export async function closePlaces({ work }: Places): Promise<void> {
  const remove = async (): Promise<unknown> => await program('rm', ['-rf', '--one-file-system', '--', work]);
  await remove().catch(async () => {
    await program('chmod', ['-R', 'u+rwX', '--', work]).catch(() => undefined);
    await remove().catch(() => undefined);
  });
}
