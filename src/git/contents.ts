import { InternalError, type RepoPath, type Sha } from '../contracts/index.ts';
import type { ChangedContent, RawChange } from '../inspect/index.ts';
import { GitFailure, startGit } from './command.ts';
import { ownEnvironment } from './environment.ts';
import type { Baseline } from './types.ts';

interface Wanted {
  path: RepoPath;
  side: ChangedContent['side'];
  sha: Sha;
}

/**
 * Content of both sides of every change that was hashed, in the order of the changes, streamed from one `git cat-file --batch`. What the caller
 * leaves unread of one is skipped when it asks for the next.
 */
export async function* changedContents(
  baseline: Baseline,
  changes: readonly RawChange[],
): AsyncGenerator<ChangedContent> {
  const wanted = changes.flatMap(sidesOf);
  if (wanted.length === 0) return;
  const args = ['cat-file', '--batch'];
  const git = startGit(ownEnvironment(baseline.gitDir), args);
  git.stdin.end(wanted.map(({ sha }) => `${sha}\n`).join(''));
  const reader = new BatchReader(git.stdout as AsyncIterable<Buffer>);
  try {
    for (const { path, side, sha } of wanted) {
      const chunks = await reader.object(sha);
      yield { path, side, chunks };
      for await (const _ of chunks) continue;
    }
  } finally {
    git.kill();
  }
  const { exitCode, stderr } = await git.ended;
  if (exitCode !== null && exitCode !== 0) throw new GitFailure(args, exitCode, stderr);
}

function sidesOf({ path, mode, oldMode, sha, oldSha }: RawChange): Wanted[] {
  const sides: Wanted[] = [];
  if (oldSha !== null && oldMode !== '160000') sides.push({ path, side: 'before', sha: oldSha });
  if (sha !== null && mode !== '160000') sides.push({ path, side: 'after', sha });
  return sides;
}

/** Reads `<id> SP blob SP <size> LF <content> LF`, again and again (git-cat-file(1), batch output). */
class BatchReader {
  readonly #source: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async object(sha: Sha): Promise<AsyncGenerator<Uint8Array>> {
    const header = await this.#line();
    const start = `${sha} blob `;
    const size = header.startsWith(start) ? header.slice(start.length) : '';
    if (!/^[0-9]+$/.test(size))
      throw new InternalError(`git cat-file answered ${JSON.stringify(header.slice(0, 200))}`);
    return this.#content(Number(size));
  }

  async *#content(size: number): AsyncGenerator<Uint8Array> {
    let left = size;
    while (left > 0) {
      if (this.#buffer.length === 0) await this.#fill();
      const part = this.#buffer.subarray(0, left);
      this.#buffer = this.#buffer.subarray(part.length);
      left -= part.length;
      yield part;
    }
    await this.#line();
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#buffer.indexOf(0x0a);
      if (end >= 0) {
        const line = this.#buffer.toString('latin1', 0, end);
        this.#buffer = this.#buffer.subarray(end + 1);
        return line;
      }
      await this.#fill();
    }
  }

  async #fill(): Promise<void> {
    const next = await this.#source.next();
    if (next.done) throw new InternalError('git cat-file ended early');
    this.#buffer = this.#buffer.length === 0 ? next.value : Buffer.concat([this.#buffer, next.value]);
  }
}
