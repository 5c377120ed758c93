import type { RepositorySettings } from '../../github/index.ts';
import type { Existing } from '../plan.ts';
import type { Pin } from '../types.ts';

/**
 * `ok`: it holds. `problem`: Countersign will not work, or can be got around by anybody. `warning`: weak. `unknown`: nobody could tell from here, which is never the same as ok.
 */
export type Level = 'ok' | 'problem' | 'warning' | 'unknown';

/** What one look found. `code` names what was looked at and is the same whatever came of it; `fix` is empty where it holds. */
export interface Finding {
  code: string;
  level: Level;
  message: string;
  at: string;
  fix: string;
}

/** What doctor judges by. Plain data; `null` is what could not be read. */
export interface DoctorFacts {
  machine: {
    /** `process.versions.node`. */
    node: string;
    /** What keeps the sandbox from starting; null: it starts. */
    sandbox: { message: string; fix: string } | null;
  };
  /** The branch that counts, as the clone knows it, and the files that doctor looks at, there and in the work tree. `ref` null: nothing is committed. */
  tree: { ref: string | null; committed: Existing; work: Existing };
  /** Other workflow files of the work tree: path → text. */
  workflows: Existing;
  /** The commit that this program is of; null where it is no checkout. */
  pin: Pin | null;
  /** How the repository on GitHub is set up; or why that is not known, and what to do about it. */
  github: RepositorySettings | { why: string; fix: string };
}
