import { isAbsolute } from 'node:path';
import type { ObjectFormat } from './types.ts';

/**
 * What every git process of ours is started with. Built from nothing, so that no GIT_* variable, alias, pager or include of the caller
 * is in effect (6-attacks.md, Runner: `GIT_*`; Repository as code).
 */
const BASE: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  TZ: 'UTC',
  // Neither the user's nor the system's files: a global core.hooksPath or filter would run in our git directory too.
  HOME: '/nonexistent',
  XDG_CONFIG_HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  // A missing object of a partial clone is an error, never a fetch (promisor remotes run upload-pack commands).
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: '',
  // refs/replace and grafts would show another history than the one that object ids name.
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_GRAFT_FILE: '/dev/null',
  // `:(top)x` is a file name here, not magic (gitglossary, pathspec).
  GIT_LITERAL_PATHSPECS: '1',
};

/** Settings that win over a configuration that is not ours, for the few reads that happen inside DIR's own git directory. */
const OVERRIDES: readonly (readonly [string, string])[] = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.useReplaceRefs', 'false'],
  ['protocol.allow', 'never'],
  ['gc.auto', '0'],
];

export type Environment = Readonly<Record<string, string>>;

/** Absolute folders alone: git is started inside DIR and inside what an engine left, where `.` or an empty entry would find a `git` of theirs. */
const path = (): string =>
  process.env['PATH']
    ?.split(':')
    .filter((folder) => isAbsolute(folder))
    .join(':') || '/usr/bin:/bin';

/** Environment for git in a git directory of our own, whose config file is `ownConfig`. */
export const ownEnvironment = (gitDir: string, more: Environment = {}): Environment => ({
  ...BASE,
  PATH: path(),
  GIT_DIR: gitDir,
  ...more,
});

/** Environment for reading refs in DIR's git directory: its configuration is loaded, but nothing in it that starts a program is. */
export function foreignEnvironment(gitDir: string): Environment {
  const settings: Record<string, string> = { GIT_CONFIG_COUNT: String(OVERRIDES.length) };
  for (const [n, [key, value]] of OVERRIDES.entries()) {
    settings[`GIT_CONFIG_KEY_${n}`] = key;
    settings[`GIT_CONFIG_VALUE_${n}`] = value;
  }
  return { ...BASE, PATH: path(), GIT_DIR: gitDir, ...settings };
}

/**
 * Configuration of our bare git directory. protectNTFS and protectHFS are off because git must still be able to *say* such names:
 * inspection finds them (`unsafe_path`), and a git that dies instead would hide what the engine did.
 */
export function ownConfig(format: ObjectFormat): string {
  const extensions = format === 'sha256' ? '[extensions]\n\tobjectformat = sha256\n' : '';
  return `[core]
	repositoryformatversion = ${format === 'sha256' ? 1 : 0}
	bare = true
	filemode = true
	symlinks = true
	ignoreCase = false
	precomposeUnicode = false
	protectNTFS = false
	protectHFS = false
	autocrlf = false
	fsmonitor = false
	hooksPath = /dev/null
	attributesFile = /dev/null
	excludesFile = /dev/null
	logAllRefUpdates = false
	compression = 1
	fsync = none
${extensions}[index]
	version = 2
	sparse = false
[checkout]
	workers = 0
[gc]
	auto = 0
[maintenance]
	auto = false
[protocol]
	allow = never
[diff]
	renameLimit = 1000
[transfer]
	unpackLimit = 1
`;
}

/**
 * `info/attributes` beats every .gitattributes file (gitattributes(5)): no conversion, no filter, no textconv, no merge driver, and
 * `!diff` so that git decides by content alone what is binary.
 */
export const OWN_ATTRIBUTES =
  '* -text !eol -ident -filter -working-tree-encoding !diff !merge !whitespace !conflict-marker-size\n';
