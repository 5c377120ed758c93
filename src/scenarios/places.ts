import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CORE_SCHEMA, dump } from 'js-yaml';
import { writeRepository } from '../git/index.ts';
import { fixtureOf, frontMatterOf } from './fixture.ts';
import type { Lane } from './library.ts';
import type { Environment } from './types.ts';

/** A fresh place for one scenario: nothing in it was there before, nothing of it is shared with another one. */
export interface Places {
  root: string;
  repo: string;
  home: string;
  tmp: string;
  state: string;
  packetFile: string;
  approvalsFile: string;
  out: string;
}

const NAME_MAX = 255;

/** A folder below `base` whose path is exactly `bytes` long. Throws where `base` is too long for that. */
export function pathOfLength(base: string, bytes: number): string {
  const names: string[] = [];
  for (let left = bytes - Buffer.byteLength(base); left !== 0; left -= 1 + (names.at(-1)?.length ?? 0)) {
    // A slash and at least one letter; never leave a rest of one byte, which would be the slash alone.
    if (left < 2) throw new RangeError(`no folder below ${base} has a path of ${bytes} bytes`);
    names.push('d'.repeat(left > NAME_MAX + 1 ? Math.min(NAME_MAX, left - 3) : left - 1));
  }
  return join(base, ...names);
}

/** Makes the place and the fixture repository in it. `keep`: where packs go that are to stay. */
export async function openPlaces(lane: Lane, mark: string, keep: string | undefined): Promise<Places> {
  const { scenario } = lane;
  const root = await realpath(await mkdtemp(join(tmpdir(), 'countersign-scenario-')));
  const at = (name: string): string => join(root, name);
  const condition = scenario.conditions?.out;
  const base = keep === undefined ? at('out') : resolve(keep, scenario.id);
  const places: Places = {
    root,
    repo: at('repo'),
    home: at('home'),
    tmp: at('tmp'),
    state: at('state'),
    packetFile: at('packet.md'),
    approvalsFile: at('approvals.json'),
    out: typeof condition === 'object' ? pathOfLength(base, condition.bytes) : base,
  };
  for (const folder of [places.home, places.tmp, places.state]) await mkdir(folder);
  if (condition === 'file') {
    await mkdir(dirname(places.out), { recursive: true });
    await writeFile(places.out, 'a file where a folder should be\n');
  }
  const frontMatter = dump(frontMatterOf(lane), { noRefs: true, lineWidth: -1, schema: CORE_SCHEMA });
  await writeFile(places.packetFile, `---\n${frontMatter}---\n${scenario.packet.body ?? ''}`);
  await writeRepository(places.repo, fixtureOf(lane, mark));
  return places;
}

export const closePlaces = async ({ root }: Places): Promise<void> => {
  await rm(root, { recursive: true, force: true, maxRetries: 3 });
};

/** The environment of a run: the scenario's own, and of the caller's only where programs are found. */
export const environmentOf = ({ scenario }: Lane, places: Places, env: Environment): Environment => ({
  PATH: env['PATH'],
  COUNTERSIGN_BWRAP: env['COUNTERSIGN_BWRAP'],
  HOME: places.home,
  TMPDIR: places.tmp,
  XDG_STATE_HOME: places.state,
  ...scenario.environment,
});
