import type { Code } from './codes.ts';
import { CODES } from './codes.ts';

/**
 * One thing that is wrong, as data: what (`code`, `message`), where (`at`: a JSON pointer, a path or an event), and what to do (`fix`).
 * `evidence` names pack files that prove it.
 */
export interface Finding {
  code: Code;
  message: string;
  at: string;
  fix: string;
  evidence?: string[];
}

/** A finding with the table's own fix unless a better one is known. */
export function finding(code: Code, message: string, at: string, fix: string = CODES[code].fix): Finding {
  return { code, message, at, fix };
}

/**
 * An error in a document (2-contracts.md): `at` is a JSON pointer, `rule` tells `contract_invalid` errors apart, `line` and `column` count from 1
 * in the file as the author wrote it.
 */
export interface DocumentError {
  code: 'contract_invalid';
  message: string;
  at: string;
  rule: string;
  fix: string;
  line?: number;
  column?: number;
}
