import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What prepare.ts makes and the harness uses. */
export const ROOT = join(import.meta.dirname, '../..');
export const ACT_VERSION = '0.2.89';

const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'countersign');
export const ACT_FOLDER = join(CACHE, `act-${ACT_VERSION}`);
export const ACT = join(ACT_FOLDER, 'act');

export const STAND_INS = join(import.meta.dirname, 'stand-ins');
/** The client of the artifact service and what it needs, by what the lock says. */
export const CLIENT = join(
  CACHE,
  `stand-ins-${createHash('sha256')
    .update(readFileSync(join(STAND_INS, 'package-lock.json')))
    .digest('hex')
    .slice(0, 16)}`,
);

/** Made anew each time. */
export const MADE = join(ROOT, '.tmp/runner');
/** Bundled stand-ins, a folder for each action. */
export const BUNDLES = join(MADE, 'stand-ins');
/** The Action as a repository at a commit would hold it: without .git and node_modules, with a dist/ built from src/. */
export const EXPORT = join(MADE, 'action');
export const LOGS = join(MADE, 'logs');
