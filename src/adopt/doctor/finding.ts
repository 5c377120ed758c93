import type { Finding } from './types.ts';

export const ok = (code: string, message: string, at = ''): Finding => ({ code, level: 'ok', message, at, fix: '' });

const bad =
  (level: 'problem' | 'warning' | 'unknown') =>
  (code: string, message: string, at: string, fix: string): Finding => ({ code, level, message, at, fix });

export const problem = bad('problem');
export const warning = bad('warning');
export const unknown = bad('unknown');

/** What would tell, where a token may not ask. */
export const ASK =
  'Give GITHUB_TOKEN a token of an administrator (fine-grained: Administration, Issues and Metadata, read).';
