import { type Finding, finding } from '../../contracts/index.ts';
import { invalid, READ_WHOLE } from '../layout.ts';
import { PatchReader, type PatchSummary } from '../patch.ts';

/** A file of a pack: bytes and bare hex SHA-256. */
export interface HashedFile {
  size: number;
  sha256: string;
}

/** What a pack holds, however it is stored. */
export interface PackContents {
  /** Every file by its path, in byte order. */
  files: ReadonlyMap<string, HashedFile>;
  /** Documents that are read whole. */
  whole: ReadonlyMap<string, Buffer>;
  /** Null without a patch.diff. */
  patch: PatchSummary | null;
  /** The last bytes of test.log. */
  logEnd: Buffer;
  /** What is wrong with how it is stored: links, special files, empty folders, names twice, sizes that lie. */
  errors: Finding[];
}

/** A pack that is being read: its documents are there at once, the rest is hashed meanwhile. `contents` must be called once, or threads and descriptors stay. */
export interface Reading {
  whole: ReadonlyMap<string, Buffer>;
  contents(): Promise<PackContents>;
}

/** A sealed pack never has more; a reader stops here. */
export const MAX_FILES = 100_000;
const WHOLE = new Map(Object.entries(READ_WHOLE));
/** How much of the end of test.log is kept: more than any list of commands needs. */
const LOG_END = 1 << 20;

/** Takes the bytes of the members that verify looks into. A sink is given blocks that are only valid during the call. */
export class Intake {
  readonly whole = new Map<string, Buffer>();
  readonly errors: Finding[] = [];
  patch: PatchSummary | null = null;
  logEnd: Buffer = Buffer.alloc(0);

  /** Whether the bytes of this member are wanted, not only their digest. */
  static wants(path: string): boolean {
    return WHOLE.has(path) || path === 'patch.diff' || path === 'test.log';
  }

  /** A sink for one member and what to call at its end; null where only the digest matters. */
  sink(path: string): { block: (block: Buffer) => void; end: () => void } | null {
    if (path === 'patch.diff') {
      const reader = new PatchReader();
      return { block: (block) => reader.push(block), end: () => (this.patch = reader.end()) };
    }
    if (path === 'test.log') {
      return {
        block: (block) => {
          const joined = Buffer.concat([this.logEnd, block]);
          this.logEnd = Buffer.from(joined.subarray(Math.max(0, joined.length - LOG_END)));
        },
        end: () => undefined,
      };
    }
    const limit = WHOLE.get(path);
    return limit === undefined ? null : this.document(path, limit);
  }

  private document(path: string, limit: number): { block: (block: Buffer) => void; end: () => void } {
    const parts: Buffer[] = [];
    let size = 0;
    return {
      block: (block) => {
        size += block.length;
        if (size <= limit) parts.push(Buffer.from(block));
      },
      end: () => {
        const [first, ...more] = parts;
        if (size <= limit) this.whole.set(path, first && more.length === 0 ? first : Buffer.concat(parts));
        else this.errors.push(invalid(path, `the document is larger than ${limit} bytes`));
      },
    };
  }
}

/** A path that is no file of a pack, in words that fit every kind of storage. */
export const notAFile = (path: string, what: string): Finding =>
  finding('evidence_invalid', `${what}: a pack holds regular files only`, path);
