import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gitBytes, gitText } from './command.ts';
import { type Environment, ownEnvironment } from './environment.ts';

export interface FixtureFile {
  /** Of a symbolic link: its target. */
  content: Buffer;
  mode: '100644' | '100755' | '120000';
}
export type FixtureFiles = ReadonlyMap<string, FixtureFile>;

export interface FixtureCommit {
  /** A branch that does not exist yet begins at `main`. */
  branch: string;
  message: string;
  files: FixtureFiles;
  delete: readonly string[];
}

/** A repository as data. The same data gives the same commits on every machine: names and dates are fixed. */
export interface Fixture {
  commits: readonly FixtureCommit[];
  /** What is done to the work tree of `main` after the checkout. */
  workTree: { write: FixtureFiles; delete: readonly string[]; stage: readonly string[] };
  /** The object of this file of `main` is removed: a repository that git itself cannot read. */
  lostObject: string | null;
}

const WHO = 'Fixture <fixture@example.invalid>';
const FIRST_COMMIT = 1_767_225_600;

/** A path as fast-import wants it: quoted in C style, so that any byte may be in it (git-fast-import(1), Path). */
const quoted = (path: string): string =>
  `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

const data = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);

/** The stream that `git fast-import` makes the commits from: one process whatever their number, and modes that no file system need support. */
export function importStream(commits: readonly FixtureCommit[]): Buffer {
  const parts: Buffer[] = [];
  const begun = new Set<string>();
  for (const [n, commit] of commits.entries()) {
    const ref = `refs/heads/${commit.branch}`;
    parts.push(Buffer.from(`commit ${ref}\ncommitter ${WHO} ${FIRST_COMMIT + n} +0000\n`));
    parts.push(data(Buffer.from(commit.message)));
    if (!begun.has(ref) && begun.size > 0) parts.push(Buffer.from('from refs/heads/main\n'));
    begun.add(ref);
    for (const path of commit.delete) parts.push(Buffer.from(`D ${quoted(path)}\n`));
    for (const [path, file] of commit.files) {
      parts.push(Buffer.from(`M ${file.mode} inline ${quoted(path)}\n`), data(file.content));
    }
  }
  return Buffer.concat(parts);
}

async function put(root: string, path: string, file: FixtureFile): Promise<void> {
  const target = join(root, path);
  await mkdir(dirname(target), { recursive: true });
  await rm(target, { recursive: true, force: true });
  if (file.mode === '120000') await symlink(file.content, target);
  else {
    await writeFile(target, file.content);
    await chmod(target, file.mode === '100755' ? 0o755 : 0o644);
  }
}

/** Writes a repository with a work tree at `dir`, which must not exist yet. The only repository that git is allowed to work in as such: it is our own. */
export async function writeRepository(dir: string, fixture: Fixture): Promise<void> {
  const gitDir = join(dir, '.git');
  const { GIT_DIR: _, ...bare } = ownEnvironment(gitDir);
  await mkdir(dir, { recursive: true });
  await gitBytes(bare, ['init', '--quiet', '--template=', '--initial-branch=main', dir], { cwd: dir });
  const env: Environment = ownEnvironment(gitDir, { GIT_WORK_TREE: dir });
  // Loose objects, so that a single one can be lost.
  const options = ['-c', 'fastimport.unpackLimit=1000000'];
  await gitBytes(env, [...options, 'fast-import', '--quiet'], { cwd: dir, input: importStream(fixture.commits) });
  await gitBytes(env, ['read-tree', '--reset', '-u', 'refs/heads/main'], { cwd: dir });
  const { write, delete: gone, stage } = fixture.workTree;
  for (const path of gone) await rm(join(dir, path), { recursive: true });
  for (const [path, file] of write) await put(dir, path, file);
  if (stage.length > 0) await gitBytes(env, ['update-index', '--add', '--remove', '--', ...stage], { cwd: dir });
  if (fixture.lostObject !== null) {
    const id = (await gitText(env, ['rev-parse', '--verify', `refs/heads/main:${fixture.lostObject}`])).trim();
    await rm(join(gitDir, 'objects', id.slice(0, 2), id.slice(2)));
  }
}
