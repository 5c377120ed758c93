import { pathProblem, protectedRule } from '../packet/index.ts';
import { unsafeCharacter } from './shown.ts';

/** PATH_MAX with its NUL, and NAME_MAX: what is longer cannot be checked out on Linux (limits.h). */
const MAX_PATH_BYTES = 4095;
const MAX_NAME_BYTES = 255;
/** Device names of Windows, with or without an extension (Microsoft, "Naming Files, Paths, and Namespaces"). */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])[ ]*(?:\.|:|$)/i;

/**
 * Why a path is not safe to check out everywhere, in words, one for each rule that it breaks; empty for an ordinary path. A path is judged as
 * it is, wherever it comes from: a raw diff may hold what no work tree can.
 */
export function nameProblems(path: string): string[] {
  const problems: string[] = [];
  const character = unsafeCharacter(path);
  if (character !== null) problems.push(`holds ${character}`);
  const problem = pathProblem(path);
  if (problem !== null) problems.push(problem.message);
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) problems.push(`is longer than ${MAX_PATH_BYTES} bytes`);
  if (protectedRule(path, []) === '.git') problems.push('is a spelling of `.git`');
  const segments = path.split('/');
  for (const [rule, message] of SEGMENT_RULES) if (segments.some(rule)) problems.push(message);
  return problems;
}

const SEGMENT_RULES: readonly (readonly [(segment: string) => boolean, string])[] = [
  [(segment) => Buffer.byteLength(segment) > MAX_NAME_BYTES, `has a name of more than ${MAX_NAME_BYTES} bytes`],
  [(segment) => RESERVED.test(segment), 'has a name that Windows reserves for a device'],
  [(segment) => /[. ]$/.test(segment) && !/^\.{1,2}$/.test(segment), 'has a name that ends in a dot or a blank'],
  [(segment) => segment.includes(':'), 'has a colon, which names an NTFS stream'],
  [(segment) => /[<>"|?*]/.test(segment), 'has a character that Windows forbids in names'],
  // Names that a careless script turns into something else: options, command substitution.
  [(segment) => segment.startsWith('-'), 'has a name that starts with a dash'],
  [(segment) => /\$[({]|`/.test(segment), 'has a name that a shell would expand'],
];
