import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Files } from '../types.ts';

const ENV = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
};

export interface Commit {
  sha: string;
  tree: string;
  parents: string[];
  message: string;
  author: Signature;
  committer: Signature;
}
export interface Signature {
  name: string;
  email: string;
  date: string;
}
export interface TreeEntry {
  mode: string;
  type: string;
  sha: string;
  size: number | null;
  path: string;
}
export interface ChangedFile {
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  path: string;
  previous: string | null;
  sha: string | null;
  additions: number;
  deletions: number;
}

const utc = (date: string): string => new Date(date).toISOString().replace('.000', '');

/** A bare repository on disk, read with real git at the moment it is asked. Everything is synchronous: one request sees one state. */
export class Git {
  readonly dir: string;
  /** Commits never change. */
  readonly #commits = new Map<string, Commit>();
  /** Nor does what follows from two of them. */
  readonly #pairs = new Map<string, unknown>();

  constructor(dir: string) {
    this.dir = dir;
  }

  static init(dir: string, defaultBranch: string): Git {
    const git = new Git(dir);
    git.run(['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, dir]);
    // As GitHub: any commit it has may be fetched by its id; who may not read is kept out at the door.
    for (const [key, value] of [
      ['uploadpack.allowAnySHA1InWant', 'true'],
      ['uploadpack.allowFilter', 'true'],
      ['receive.denyDeleteCurrent', 'refuse'],
      ['gc.auto', '0'],
    ] as const)
      git.run(['config', key, value]);
    return git;
  }

  /** Output as bytes; throws with what git said. */
  bytes(args: readonly string[], options: { input?: string | Uint8Array; env?: NodeJS.ProcessEnv } = {}): Buffer {
    const { status, stdout, stderr } = this.#spawn(args, options);
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr.toString().slice(0, 2000)}`);
    return stdout;
  }
  run(args: readonly string[], options: { input?: string | Uint8Array; env?: NodeJS.ProcessEnv } = {}): string {
    return this.bytes(args, options).toString().trim();
  }
  /** Whether it ends with 0. */
  holds(args: readonly string[]): boolean {
    return this.#spawn(args, {}).status === 0;
  }
  #spawn(
    args: readonly string[],
    { input, env }: { input?: string | Uint8Array; env?: NodeJS.ProcessEnv },
  ): { status: number | null; stdout: Buffer; stderr: Buffer } {
    const said = spawnSync('git', args, {
      cwd: existsSync(this.dir) ? this.dir : '/',
      env: { ...ENV, ...(existsSync(this.dir) ? { GIT_DIR: this.dir } : {}), ...env },
      input: input ?? '',
      maxBuffer: 1 << 30,
    });
    if (said.error) throw said.error;
    return said;
  }

  /** Branches and their commits, from the files themselves: it is asked at every request. */
  heads(): Map<string, string> {
    const found = new Map<string, string>();
    const packed = join(this.dir, 'packed-refs');
    if (existsSync(packed)) {
      for (const line of readFileSync(packed, 'utf8').split('\n')) {
        const [, sha, name] = /^([0-9a-f]{40}) refs\/heads\/(.+)$/.exec(line) ?? [];
        if (sha !== undefined && name !== undefined) found.set(name, sha);
      }
    }
    const root = join(this.dir, 'refs/heads');
    for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile() || entry.name.endsWith('.lock')) continue;
      const file = join(entry.parentPath, entry.name);
      const sha = readFileSync(file, 'utf8').trim();
      if (/^[0-9a-f]{40}$/.test(sha)) found.set(file.slice(root.length + 1), sha);
    }
    return found;
  }

  /** A commit's id by its id, a branch's or tag's short name, or a full ref; null where there is none. */
  resolve(name: string): string | null {
    if (name.startsWith('-') || /[\s~^:?*[\\]|\.\.|@\{/.test(name)) return null;
    const names = /^[0-9a-f]{7,40}$/.test(name) ? [name] : [name, `refs/heads/${name}`, `refs/tags/${name}`];
    for (const candidate of names) {
      if (!/^(refs\/|[0-9a-f]{7,40}$)/.test(candidate)) continue;
      const { status, stdout } = this.#spawn(['rev-parse', '--verify', '--quiet', `${candidate}^{commit}`], {});
      if (status === 0) return stdout.toString().trim();
    }
    return null;
  }

  has(sha: string): boolean {
    return this.#commits.has(sha) || this.holds(['cat-file', '-e', `${sha}^{commit}`]);
  }

  commit(sha: string): Commit {
    const known = this.#commits.get(sha);
    if (known) return known;
    const format = '%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B';
    const [tree = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = '', message = ''] = this.run([
      'log',
      '-1',
      `--format=${format}`,
      sha,
    ]).split('\0');
    const commit = {
      sha,
      tree,
      parents: parents.split(' ').filter((parent) => parent !== ''),
      message: message.trimEnd(),
      author: { name: an, email: ae, date: utc(ad) },
      committer: { name: cn, email: ce, date: utc(cd) },
    };
    this.#commits.set(sha, commit);
    return commit;
  }

  #once<T>(what: string, a: string, b: string, compute: () => T): T {
    const key = `${what} ${a} ${b}`;
    if (!this.#pairs.has(key)) this.#pairs.set(key, compute());
    return this.#pairs.get(key) as T;
  }

  isAncestor(old: string, young: string): boolean {
    return (
      old === young || this.#once('ancestor', old, young, () => this.holds(['merge-base', '--is-ancestor', old, young]))
    );
  }
  mergeBase(a: string, b: string): string | null {
    return this.#once('base', a, b, () => {
      const { status, stdout } = this.#spawn(['merge-base', a, b], {});
      return status === 0 ? stdout.toString().trim() : null;
    });
  }
  /** Commits that `to` has and `from` has not, oldest first. */
  between(from: string, to: string): string[] {
    return this.#once('between', from, to, () => {
      const out = this.run(['rev-list', '--reverse', '--topo-order', to, `^${from}`]);
      return out === '' ? [] : out.split('\n');
    });
  }

  tree(treeish: string, recursive: boolean): TreeEntry[] {
    const args = ['ls-tree', '-z', '-l', ...(recursive ? ['-r', '-t'] : []), treeish];
    return this.bytes(args)
      .toString()
      .split('\0')
      .flatMap((line) => {
        const [meta = '', path = ''] = line.split('\t');
        const [mode = '', type = '', sha = '', size = ''] = meta.split(/ +/);
        return path === '' ? [] : [{ mode, type, sha, size: size === '-' ? null : Number(size), path }];
      });
  }
  blob(sha: string): Buffer {
    return this.bytes(['cat-file', 'blob', sha]);
  }
  isType(sha: string, type: string): boolean {
    return this.#spawn(['cat-file', '-t', sha], {}).stdout.toString().trim() === type;
  }

  diff(from: string, to: string): ChangedFile[] {
    return this.#once('diff', from, to, () => this.#diff(from, to));
  }
  #diff(from: string, to: string): ChangedFile[] {
    const raw = this.bytes(['diff', '-z', '-M', '--raw', '--no-abbrev', '--numstat', from, to]).toString().split('\0');
    const files = new Map<string, ChangedFile>();
    const words = { A: 'added', D: 'removed', M: 'modified', R: 'renamed', T: 'changed' } as const;
    for (let n = 0; n < raw.length; n += 1) {
      const field = raw[n] ?? '';
      if (field.startsWith(':')) {
        const [, , , sha = '', letter = ''] = field.split(' ');
        const kind = letter[0] as keyof typeof words;
        const previous = kind === 'R' ? (raw[++n] ?? '') : null;
        const path = raw[++n] ?? '';
        files.set(path, {
          status: words[kind],
          path,
          previous,
          sha: kind === 'D' ? null : sha,
          additions: 0,
          deletions: 0,
        });
      } else if (field !== '') {
        const [added = '', removed = '', name = ''] = field.split('\t');
        const path = name === '' ? (raw[(n += 2)] ?? '') : name;
        const file = files.get(path);
        if (file) {
          file.additions = Number(added) || 0;
          file.deletions = Number(removed) || 0;
        }
      }
    }
    return [...files.values()];
  }

  /** The tree that a merge gives, or null where it conflicts. */
  mergedTree(base: string, head: string): string | null {
    return this.#once('merge', base, head, () => {
      const { status, stdout } = this.#spawn(['merge-tree', '--write-tree', base, head], {});
      return status === 0 ? (stdout.toString().split('\n')[0] ?? null) : null;
    });
  }

  commitTree(tree: string, parents: readonly string[], message: string, who: Signature): string {
    const env = {
      GIT_AUTHOR_NAME: who.name,
      GIT_AUTHOR_EMAIL: who.email,
      GIT_AUTHOR_DATE: who.date,
      GIT_COMMITTER_NAME: who.name,
      GIT_COMMITTER_EMAIL: who.email,
      GIT_COMMITTER_DATE: who.date,
    };
    return this.run(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'], {
      env,
      input: message,
    });
  }

  /** The tree of `parent` (or an empty one) with these files put in or taken out. */
  treeWith(parent: string | null, files: Files): string {
    const env = { GIT_INDEX_FILE: join(this.dir, `twin-index-${process.pid}`) };
    this.run(['read-tree', parent ?? '--empty'], { env });
    const lines = Object.entries(files).map(([path, content]) => {
      if (content === null) return `0 ${'0'.repeat(40)}\t${path}\0`;
      const bytes =
        typeof content === 'string' || content instanceof Uint8Array
          ? content
          : 'text' in content
            ? content.text
            : content.symlink;
      const mode =
        typeof content === 'string' || content instanceof Uint8Array
          ? '100644'
          : 'text' in content
            ? '100755'
            : '120000';
      return `${mode} ${this.run(['hash-object', '-w', '--no-filters', '--stdin'], { input: bytes })}\t${path}\0`;
    });
    if (lines.length > 0) this.run(['update-index', '-z', '--index-info'], { env, input: lines.join('') });
    return this.run(['write-tree'], { env });
  }

  /** Null as `sha` deletes. */
  update(ref: string, sha: string | null): void {
    this.run(sha === null ? ['update-ref', '-d', ref] : ['update-ref', ref, sha]);
  }
}
