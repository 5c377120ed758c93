import type { Sha } from '../contracts/index.ts';

/** The reusable workflow that a caller names: whose repository, and at which commit. `version` is for people. */
export interface Pin {
  /** `owner/name`. */
  repository: string;
  commit: Sha;
  version: string;
}

/** What the files that `init` writes are made of. */
export interface Adoption {
  pin: Pin;
  /** Logins; nobody named: nobody's yes counts. */
  approvers: readonly string[];
  /** `owner/name` of the adopter, for examples; null where it is not known. */
  repository: string | null;
  /** Short name of the default branch. */
  baseRef: string;
}

/** A file that `init` writes. Paths are relative to the top of the repository. */
export interface Template {
  path: string;
  render(adoption: Adoption): string;
  /**
   * What of an adoption stands in a text that was written by this template and not edited; null for any other text. Rendering with it gives the same text again: that is how an
   * edited file is told from an old one.
   */
  recognise(text: string): Partial<Adoption> | null;
  /** Brings an edited text up to date as far as that can be done without touching what was edited. */
  amend?(text: string, adoption: Adoption): string;
}

/** What becomes of one file. */
export interface Planned {
  path: string;
  /** `kept`: it is there and is not what a template ever wrote, so it is the maintainers' own. */
  state: 'create' | 'update' | 'unchanged' | 'kept' | 'left out';
  before: string | null;
  /** Null where nothing is written. */
  after: string | null;
  why: string;
}
