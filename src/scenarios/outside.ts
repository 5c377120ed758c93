import { readdir } from 'node:fs/promises';
import { compareSnapshots, type Snapshot, snapshot } from './snapshot.ts';

/** The folders that a run has no business in, and the two in which it has some. */
export interface Watched {
  repo: string;
  home: string;
  tmp: string;
  state: string;
}

/** The state folder holds the record of used approvals and nothing else. */
const STATE = /^\.(\/countersign(\/approvals(\/[0-9a-f]{64}(\.failed\.run-[0-9a-f]{16})?)?)?)?$/;

/**
 * Remembers how the folders are now. The function that it returns says what is different later, one line each: repository and home to the byte, no
 * working copy left behind, no state but approvals.
 */
export async function watch(places: Watched): Promise<() => Promise<string[]>> {
  const take = async (): Promise<[Snapshot, Snapshot]> => [await snapshot(places.repo), await snapshot(places.home)];
  const [repo, home] = await take();
  return async () => {
    const [repoNow, homeNow] = await take();
    const state = [...(await snapshot(places.state)).keys()].filter((path) => !STATE.test(path));
    return [
      ...compareSnapshots('repository', repo, repoNow),
      ...compareSnapshots('home', home, homeNow),
      ...(await readdir(places.tmp)).map((name) => `TMPDIR: ${name} was left behind`),
      ...state.map((path) => `state: ${path} does not belong there`),
    ];
  };
}
