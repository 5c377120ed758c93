import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usage } from '../../contracts/index.ts';
import { openBaseline, openSource, originUrl } from '../../git/index.ts';
import { type OpenOptions, readSettings, repositoryOf } from '../../github/index.ts';
import { readFiles, textOf } from '../files.ts';
import { ownPin, repositoryIn } from '../origin.ts';
import { type Existing, PATHS } from '../plan.ts';
import { approversOf, LABEL } from './tree.ts';
import type { DoctorFacts } from './types.ts';

export interface DoctorOptions {
  repo: string;
  /** `owner/name`; null: as the remote `origin` says. */
  repository: string | null;
  /** GITHUB_TOKEN, GH_TOKEN and GITHUB_API_URL are read. */
  env: Readonly<Record<string, string | undefined>>;
  /** The folder that this program lies in. */
  checkout: string;
  /** Starts the sandbox once; what keeps it from starting, or null. */
  probe: () => Promise<DoctorFacts['machine']['sandbox']>;
  effects?: OpenOptions['effects'];
}

const WORKFLOWS = '.github/workflows';
const MAX_BYTES = 1 << 20;

/** Looks at everything and changes nothing. Throws a UserError where there is no repository, or where GitHub does not know the token. */
export async function collectFacts(options: DoctorOptions): Promise<DoctorFacts> {
  const source = await openSource(options.repo);
  if (source.bare) throw usage('it has no work tree to look at', '--repo', 'Name the top of a work tree.');
  const ref = await source.defaultRef();
  const sha = ref === null ? null : await source.resolveRef(ref);
  const work = await readFiles(source.dir, PATHS);
  const tree = {
    ref: sha === null ? null : ref,
    committed: sha === null ? {} : await committed(source, sha),
    work,
  };
  return {
    machine: { node: process.versions.node, sandbox: await options.probe() },
    tree,
    workflows: await readFiles(source.dir, await workflowFiles(source.dir)),
    pin: await ownPin(options.checkout),
    github: await onGitHub(options, await originUrl(source), approversOf(tree)),
  };
}

type Source = Awaited<ReturnType<typeof openSource>>;
type Commit = Parameters<Awaited<ReturnType<typeof openBaseline>>['commit']>[0];

/** The files on the branch that counts, as git has them. */
async function committed(source: Source, sha: Commit): Promise<Existing> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-doctor-'));
  try {
    const baseline = await openBaseline(source, join(folder, 'git'));
    const commit = await baseline.commit(sha);
    const found: Record<string, string | null> = {};
    for (const path of PATHS) {
      const blob = commit === null ? null : await baseline.readBlob(commit.tree, path, MAX_BYTES);
      found[path] = blob === null ? null : textOf(blob);
    }
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function workflowFiles(root: string): Promise<string[]> {
  const names = await readdir(join(root, WORKFLOWS)).catch((): string[] => []);
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => `${WORKFLOWS}/${name}`);
}

async function onGitHub(
  { repository, env, effects }: DoctorOptions,
  url: string | null,
  logins: readonly string[],
): Promise<DoctorFacts['github']> {
  const name = repository ?? (url === null ? null : repositoryIn(url));
  if (name === null)
    return {
      why: "the repository's name on GitHub is not known, so nothing there was looked at",
      fix: 'Give --repository OWNER/NAME.',
    };
  const token = env['GITHUB_TOKEN'] || env['GH_TOKEN'];
  if (!token)
    return {
      why: `no token was given, so nothing of ${name} on GitHub was looked at`,
      fix: 'Set GITHUB_TOKEN, for example: GITHUB_TOKEN=$(gh auth token) countersign doctor',
    };
  return await readSettings(
    {
      token,
      apiUrl: env['GITHUB_API_URL'] || 'https://api.github.com',
      repository: repositoryOf(name),
      ...(effects === undefined ? {} : { effects }),
    },
    { label: LABEL, logins },
  );
}
