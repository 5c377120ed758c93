import type { FakeScript, Scenario } from '../contracts/index.ts';
import type { Fixture, FixtureFile, FixtureFiles } from '../git/index.ts';
import type { Lane } from './library.ts';

type Files = NonNullable<Scenario['repository']['files']>;
type FrontMatter = Record<string, unknown> & { engine?: { id?: string; script?: string } };

/** The word in a script, an argv or a file that is replaced by one that no other process on the machine carries. */
export const MARK = '{{mark}}';

function fileOf(entry: Files[string]): FixtureFile {
  if (typeof entry === 'string') return { content: Buffer.from(entry), mode: '100644' };
  if (entry.symlink !== undefined) return { content: Buffer.from(entry.symlink), mode: '120000' };
  const content = entry.base64 === undefined ? Buffer.from(entry.content ?? '') : Buffer.from(entry.base64, 'base64');
  return { content, mode: entry.executable ? '100755' : '100644' };
}

const filesOf = (files: Files | undefined): FixtureFiles =>
  new Map(Object.entries(files ?? {}).map(([path, entry]) => [path, fileOf(entry)]));

/** The packet's front matter for a lane: in another lane than its own the packet names that engine and no script. */
export function frontMatterOf({ scenario, engine }: Lane): FrontMatter {
  const written = scenario.packet.front_matter as FrontMatter;
  return engine === null ? written : { ...written, engine: { id: engine } };
}

/** The argv after `--` for a lane; null where there is none. */
export function argvOf({ scenario, engine }: Lane, mark: string): string[] | null {
  const argv = engine === null ? scenario.argv : scenario.lanes?.[engine]?.argv;
  return argv?.map((argument) => argument.replaceAll(MARK, mark)) ?? null;
}

const marked = (script: FakeScript, mark: string): string => JSON.stringify(script, null, 2).replaceAll(MARK, mark);

/** The fixture repository of a scenario. The script lies in the first commit, where the packet says. */
export function fixtureOf({ scenario }: Lane, mark: string): Fixture {
  const { repository, script, packet } = scenario;
  const files = new Map(filesOf(repository.files));
  const path = (packet.front_matter as FrontMatter).engine?.script;
  if (script !== undefined && path !== undefined) {
    files.set(path, { content: Buffer.from(`${marked(script, mark)}\n`), mode: '100644' });
  }
  const { write, delete: gone = [], stage = [] } = repository.work_tree ?? {};
  return {
    commits: [
      { branch: 'main', message: 'Begin\n', files, delete: [] },
      ...(repository.commits ?? []).map(({ branch = 'main', message, files: changed, delete: deleted = [] }) => ({
        branch,
        message,
        files: filesOf(changed),
        delete: deleted,
      })),
    ],
    workTree: { write: filesOf(write), delete: gone, stage },
    lostObject: repository.lost_object ?? null,
  };
}
