import { createHash, type Hash } from 'node:crypto';
import type { Finding } from '../../contracts/index.ts';
import type { Hashed } from '../hashing.ts';
import { inByteOrder, invalid } from '../layout.ts';
import { type HashedFile, Intake, MAX_FILES, notAFile, type PackContents } from './intake.ts';
import type { Part } from './part.ts';

/** Unpacked bytes of all entries together. Nothing is ever unpacked to disk or kept, so this bounds time, not space. */
export const MAX_UNPACKED = 64 * 2 ** 30;

/** Folders of a pack; an archive whose first path starts with another name holds the pack in that one folder. */
const OWN_FOLDERS = new Set(['backend', 'expected', 'statements']);

export interface ArchiveEntry {
  name: string;
  kind: 'file' | 'folder' | 'link' | 'special';
  size: number;
}

/** Takes the bytes of one file; `end` says whether there were as many as declared. */
export interface FileSink {
  block(block: Buffer): void;
  end(): void;
}

/**
 * Takes the entries of an archive in order, whatever its format: names are checked, bytes hashed, nothing is unpacked. Of a file whose bytes lie in one place of the
 * archive, and of which only the digest matters, the place is noted: threads hash those.
 */
export class ArchiveIntake {
  private readonly intake = new Intake();
  private readonly files = new Map<string, HashedFile>();
  private readonly errors: Finding[] = [];
  private readonly placed: string[] = [];
  /** Parts that are still to be hashed, in the order that `contents` wants their results in. */
  readonly parts: Part[] = [];
  private readonly names = new Set<string>();
  private readonly folders = new Set<string>();
  private prefix: string | null = null;
  private entries = 0;
  private total = 0;
  /** Called with every path; keeps the bytes of one member for whoever asked. */
  private readonly also: ((path: string) => FileSink | null) | null;

  constructor(also: ((path: string) => FileSink | null) | null = null) {
    this.also = also;
  }

  error(at: string, message: string): void {
    if (this.errors.length < 1000) this.errors.push(invalid(at, message));
  }

  /** Documents that have been read. */
  get whole(): ReadonlyMap<string, Buffer> {
    return this.intake.whole;
  }

  /**
   * The next entry, and where its bytes lie if that is known. Null: its bytes are skipped. Throws where going on makes no sense any more (too many entries or
   * bytes).
   */
  entry({ name, kind, size }: ArchiveEntry, part: Part | null = null): FileSink | null {
    this.entries += 1;
    this.total += size;
    if (this.entries > 2 * MAX_FILES) throw new RangeError(`more than ${2 * MAX_FILES} entries`);
    if (this.total > MAX_UNPACKED) throw new RangeError(`more than ${MAX_UNPACKED} bytes`);
    const ordinary = name.length <= MAX_PATH && PLAIN.test(name);
    const plain = ordinary ? name : name.replace(/^(?:\.\/)+/, '').replace(/\/$/, '');
    if (kind === 'folder' && (plain === '' || plain === '.')) return null;
    const problem = ordinary ? null : nameProblem(plain);
    if (problem !== null) {
      this.error(name, problem);
      return null;
    }
    if (kind === 'link' || kind === 'special') {
      this.errors.push(notAFile(name, kind === 'link' ? 'a link' : 'a special file'));
      return null;
    }
    if (this.names.has(plain)) {
      this.error(name, 'the name stands twice in the archive');
      return null;
    }
    this.names.add(plain);
    const path = this.relative(plain, kind);
    if (path === null || path === '') return null;
    if (kind === 'folder') {
      this.folders.add(path);
      return null;
    }
    const extra = this.also?.(path) ?? null;
    if (part === null || extra !== null || Intake.wants(path)) return this.file(path, size, extra);
    this.placed.push(path);
    this.parts.push(part);
    return null;
  }

  /** The path inside the pack. The first name says in which folder it lies, if in one. */
  private relative(plain: string, kind: ArchiveEntry['kind']): string | null {
    if (this.prefix === null) {
      const first = plain.split('/')[0] ?? '';
      const wrapped = !OWN_FOLDERS.has(first) && (kind === 'folder' || plain.includes('/'));
      this.prefix = wrapped ? `${first}/` : '';
    }
    if (this.prefix === '') return plain;
    if (`${plain}/` === this.prefix && kind === 'folder') return '';
    if (plain.startsWith(this.prefix)) return plain.slice(this.prefix.length);
    this.error(plain, `lies outside the folder ${this.prefix} of the pack`);
    return null;
  }

  private file(path: string, size: number, extra: FileSink | null): FileSink {
    const hash: Hash = createHash('sha256');
    const sink = this.intake.sink(path);
    let bytes = 0;
    return {
      block: (block) => {
        bytes += block.length;
        hash.update(block);
        sink?.block(block);
        extra?.block(block);
      },
      end: () => {
        if (bytes !== size) this.error(path, `has ${bytes} bytes, the archive says ${size}`);
        sink?.end();
        extra?.end();
        this.files.set(path, { size: bytes, sha256: hash.digest('hex') });
      },
    };
  }

  /** What was in it, once everything is read: `hashed` are the results of `parts`. */
  contents(hashed: readonly Hashed[]): PackContents {
    for (const [index, result] of hashed.entries()) {
      const path = this.placed[index] ?? '';
      if ('error' in result) this.error(path, 'its bytes cannot be read as what the archive says of them');
      else this.files.set(path, result);
    }
    const parents = new Set<string>();
    for (const path of this.files.keys())
      for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) parents.add(path.slice(0, at));
    for (const folder of this.folders)
      if (!parents.has(folder)) this.error(folder, 'an empty folder has no place in a pack');
    for (const parent of parents) if (this.files.has(parent)) this.error(parent, 'is a file and a folder at once');
    const { whole, patch, logEnd, errors } = this.intake;
    const files = new Map<string, HashedFile>();
    // In byte order once: everything that follows sorts what is sorted already.
    for (const path of inByteOrder([...this.files.keys()])) files.set(path, this.files.get(path) as HashedFile);
    return { files, whole, patch, logEnd, errors: [...this.errors, ...errors] };
  }
}

const MAX_PATH = 4096;

/** A path as packs have them, with which nothing can be wrong. */
const PLAIN = /^\w[\w.-]*(?:\/\w[\w.-]*)*$/;

/** Why a name would lead out of the folder it is unpacked into, or mean something else elsewhere. */
function nameProblem(name: string): string | null {
  if (name === '') return 'an entry without a name';
  if (name.includes('\0') || name.includes('\\')) return 'the name holds a NUL or a backslash';
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'the name is absolute';
  if (name.split('/').some((segment) => segment === '' || segment === '.' || segment === '..'))
    return 'the name has an empty, `.` or `..` segment';
  if (name.length > MAX_PATH) return 'the name is too long';
  return null;
}
