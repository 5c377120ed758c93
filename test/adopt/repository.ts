import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Output } from '../../src/cli/output.ts';

/** Forty digits that stand for a commit of Countersign. */
export const COMMIT = '5eed'.repeat(10);
export const ACTION = `countersign/countersign@${COMMIT}`;

/** A new, empty work tree of acme/site on branch main, as `git clone` of an empty repository leaves it. */
export interface Adopter {
  dir: string;
  git(...args: string[]): string;
  read(path: string): string;
  write(path: string, text: string): void;
  commit(): void;
  remove(): void;
}

export function adopter(): Adopter {
  const dir = mkdtempSync(join(tmpdir(), 'adopter-'));
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], {
      cwd: dir,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null' },
    });
  git('init', '-qb', 'main');
  git('remote', 'add', 'origin', 'git@github.com:acme/site.git');
  return {
    dir,
    git,
    read: (path) => readFileSync(join(dir, path), 'utf8'),
    write: (path, text) => {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    },
    commit: () => {
      git('add', '-A');
      git('commit', '-qm', 'change');
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** What a command printed. */
export interface Printed {
  results: string[];
  notes: string[];
  documents: unknown[];
  out: Output;
}

const plain = (text: string): string => text;

export function printed(): Printed {
  const results: string[] = [];
  const notes: string[] = [];
  const documents: unknown[] = [];
  const out: Output = {
    result: (text) => void results.push(text),
    json: (document) => void documents.push(document),
    note: (text) => void notes.push(text),
    problems: (problems) => notes.push(...problems.map(({ at, message }) => `${at}: ${message}`)),
    bold: plain,
    red: plain,
    green: plain,
    yellow: plain,
    dim: plain,
    live: false,
  };
  return { results, notes, documents, out };
}
