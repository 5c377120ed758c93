import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asSha, isSha, type Sha, usage } from '../contracts/index.ts';
import { gitBytes } from './command.ts';
import { ownEnvironment } from './environment.ts';
import type { Remote } from './remote-environment.ts';
import { askRemote, refusal } from './remote-process.ts';
import type { Baseline } from './types.ts';

export interface RemoteRefs {
  /** Full name of the branch that the remote's HEAD names: its default branch. Null where it has none. */
  head: string | null;
  /** Those of the asked names that are there. */
  ids: ReadonlyMap<string, Sha>;
}

/** A full ref name that is safe in a refspec and in output that is separated by blanks (git-check-ref-format(1), stricter). */
export function checkedRef(ref: string): string {
  const isFine =
    ref.length <= 512 &&
    /^refs\/(?:heads|tags|pull)\/[^\s~^:?*[\\\p{Cc}]+$/u.test(ref) &&
    !/\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)|[/.]$/.test(ref);
  if (!isFine)
    throw usage(
      `${JSON.stringify(ref.slice(0, 200))} is no full name of a branch or tag`,
      'ref',
      'Write it as refs/heads/<branch>.',
    );
  return ref;
}

/** Asks a remote what some of its refs are, and which branch is its default one. One request, nothing is fetched. */
export async function remoteRefs(baseline: Baseline, remote: Remote, names: readonly string[]): Promise<RemoteRefs> {
  const args = ['ls-remote', '--symref', '--quiet', '--', remote.url, 'HEAD', ...names.map(checkedRef)];
  const said = await askRemote(baseline, remote, args);
  if (said.exitCode !== 0) throw refusal(args, remote, said);
  const ids = new Map<string, Sha>();
  let head: string | null = null;
  for (const line of Buffer.from(said.stdout, 'latin1').toString('utf8').split('\n')) {
    const [what = '', name = ''] = line.split('\t');
    // A pattern also matches the end of longer names: only what was asked for counts.
    if (name === 'HEAD') head = /^ref: (refs\/heads\/.+)$/.exec(what)?.[1] ?? head;
    else if (names.includes(name) && isSha(what)) ids.set(name, what);
  }
  return { head, ids };
}

/** Short names of the branches below a folder of branch names. One request, nothing is fetched. */
export async function remoteBranches(baseline: Baseline, remote: Remote, folder: string): Promise<string[]> {
  const prefix = checkedRef(`refs/heads/${folder}`);
  const args = ['ls-remote', '--quiet', '--', remote.url, `${prefix}/*`];
  const said = await askRemote(baseline, remote, args);
  if (said.exitCode !== 0) throw refusal(args, remote, said);
  return Buffer.from(said.stdout, 'latin1')
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const name = line.split('\t')[1] ?? '';
      return name.startsWith(`${prefix}/`) ? [name.slice('refs/heads/'.length)] : [];
    });
}

/**
 * Brings commits of a remote into our own git directory, with all that they reach. DIR is only read: its objects are not fetched again.
 *
 * @param wants object ids of commits, and full names of refs. A ref is stored under its own name in our git directory, so that it can be opened as a source of its own.
 * @returns for each want its commit; null where the remote has it not.
 * @throws UserError for what stays unreachable, forbidden, too large, too slow, or is refused by git's own checks of objects.
 */
export async function fetchCommits(
  baseline: Baseline,
  remote: Remote,
  wants: readonly string[],
): Promise<ReadonlyMap<string, Sha | null>> {
  const names = wants.filter((want) => !isSha(want));
  // By id from here on: whatever moves meanwhile, what we have is what we were told.
  const { ids } = names.length === 0 ? { ids: new Map<string, Sha>() } : await remoteRefs(baseline, remote, names);
  const found = new Map<string, Sha | null>(wants.map((want) => [want, isSha(want) ? want : (ids.get(want) ?? null)]));
  const known = new Set((await baseline.source.refs()).map(({ sha }) => sha));
  await sayWhatIsKnown(baseline, known);
  await setRefs(
    baseline,
    [...found].filter((one): one is [string, Sha] => one[1] !== null && known.has(one[1])),
  );
  for (;;) {
    const open = [...found].flatMap(([want, id]) => (id === null || known.has(id) ? [] : [{ want, id }]));
    const specs = open.map(({ want, id }) => `+${id}:${isSha(want) ? `refs/countersign/fetched/${id}` : want}`);
    if (specs.length === 0) break;
    const lost = await fetchSpecs(baseline, remote, specs);
    if (lost === null) break;
    for (const { want, id } of open) if (id === lost) found.set(want, null);
  }
  for (const [want, id] of found) {
    if (id !== null && (await baseline.commit(id)) === null)
      throw usage(`${want} is no commit`, want, 'Name a commit.');
  }
  return found;
}

const FETCH = [
  '--no-tags',
  '--no-write-fetch-head',
  '--no-recurse-submodules',
  '--no-auto-maintenance',
  '--no-show-forced-updates',
];

/** Null when all is there, else the id that the remote does not have. */
async function fetchSpecs(baseline: Baseline, remote: Remote, specs: readonly string[]): Promise<Sha | null> {
  const args = ['fetch', '--quiet', ...FETCH, '--', remote.url, ...specs];
  const said = await askRemote(baseline, remote, args);
  if (said.exitCode === 0) return null;
  const lost = /not our ref ([0-9a-f]{40,64})/.exec(said.stderr)?.[1];
  if (lost === undefined || !specs.some((spec) => spec.startsWith(`+${lost}:`))) throw refusal(args, remote, said);
  return asSha(lost);
}

/** What a ref of DIR names is there with all that it reaches, as far as DIR has it (a shallow clone does not): nothing is asked for, the refs are only named. */
async function setRefs({ gitDir }: Baseline, found: readonly [want: string, id: Sha][]): Promise<void> {
  const input = found.flatMap(([want, id]) => (isSha(want) ? [] : [`update ${want}\0${id}\0\0`])).join('');
  if (input !== '') await gitBytes(ownEnvironment(gitDir), ['update-ref', '--stdin', '-z'], { input });
}

/**
 * Refs in our own git directory for what DIR has. With them git tells the remote, and the check that everything is there stops at them; without them it would fetch
 * a whole history again.
 */
async function sayWhatIsKnown(baseline: Baseline, known: ReadonlySet<Sha>): Promise<void> {
  const file = join(baseline.gitDir, 'packed-refs');
  if (
    await access(file).then(
      () => true,
      () => false,
    )
  )
    return;
  const env = ownEnvironment(baseline.gitDir);
  const format = '--batch-check=%(objectname) %(objecttype)';
  const { stdout } = await gitBytes(env, ['cat-file', format], { input: [...known].map((id) => `${id}\n`).join('') });
  const commits = stdout
    .toString()
    .split('\n')
    .flatMap((line) => (line.endsWith(' commit') ? [line.split(' ')[0] ?? ''] : []));
  const lines = commits.map((id, n) => `${id} refs/countersign/known/${String(n).padStart(8, '0')}\n`);
  await writeFile(file, `# pack-refs with: sorted \n${lines.join('')}`);
}
