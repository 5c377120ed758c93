import { createHash } from 'node:crypto';
import type { RepoPath } from '../contracts/index.ts';
import { Joiner } from './secret-joins.ts';
import { loadRules, newlines, type RuleMatch, type SecretRules } from './secret-rules.ts';
import { hiddenViews } from './secret-views.ts';
import type { ChangedContent, SecretHit } from './types.ts';

/** Content is looked at in windows of this many bytes; each begins with the end of the last, so that nothing is cut in two. */
const WINDOW = 256 * 1024;
const OVERLAP = 12 * 1024;

/** Where one line of the text that the rules see comes from. */
interface Origin {
  path: RepoPath;
  side: ChangedContent['side'];
  line: number | null;
  form: SecretHit['form'];
}

interface Seen extends Origin {
  rule: string;
  /** Digest of rule and secret: the secret itself is not kept. */
  identity: string;
}

/**
 * Looks for secrets in changed content and in the names of changed files: as they are, in base64, hex or percent encoding, and split. What the
 * base's version of the same file already holds is not reported. Linear in the content, which is streamed; binary content is scanned as
 * Latin-1, and UTF-16 by leaving out its NULs. Hits come sorted by path and line.
 */
export async function scanSecrets(
  contents: AsyncIterable<ChangedContent>,
  names: readonly RepoPath[],
): Promise<SecretHit[]> {
  const scan = new Scan(await loadRules());
  for (const path of names) await scan.text(path, { path, side: 'after', line: null, form: 'name' });
  const joiners = { before: new Joiner(), after: new Joiner() };
  for await (const { path, side, chunks } of contents) {
    for await (const { text, line } of windows(chunks)) {
      await scan.content(text, { path, side, line, form: 'raw' }, joiners[side]);
    }
  }
  return hits(await scan.end());
}

/** Collects lines until there are enough for one call of the rules: starting them costs more than a small file. */
class Scan {
  readonly #rules: SecretRules;
  readonly #seen: Seen[] = [];
  #lines: string[] = [];
  #origins: Origin[] = [];
  #size = 0;

  constructor(rules: SecretRules) {
    this.#rules = rules;
  }

  /** A text of which every line comes from the same place. */
  async text(text: string, origin: Origin): Promise<void> {
    this.#add(text, () => origin);
    for (const view of hiddenViews(text)) this.#add(view.text, () => origin);
    await this.#whenFull();
  }

  /** A window of content that starts at `origin.line`. */
  async content(text: string, origin: Origin, joiner: Joiner): Promise<void> {
    const first = origin.line ?? 1;
    this.#add(text, (n) => ({ ...origin, line: first + n }));
    for (const { form, line, text: hidden } of hiddenViews(text)) {
      this.#add(hidden, () => ({ ...origin, form, line: first + line - 1 }));
    }
    for (const [n, line] of text.split('\n').entries()) {
      for (const joined of joiner.line(line)) this.#add(joined, () => ({ ...origin, form: 'split', line: first + n }));
    }
    await this.#whenFull();
  }

  async end(): Promise<Seen[]> {
    await this.#flush();
    return this.#seen;
  }

  #add(text: string, originOf: (n: number) => Origin): void {
    for (const [n, line] of text.split('\n').entries()) {
      this.#lines.push(line);
      this.#origins.push(originOf(n));
    }
    // An empty line between texts that are not neighbours.
    this.#lines.push('');
    this.#origins.push(originOf(0));
    this.#size += text.length;
  }

  async #whenFull(): Promise<void> {
    if (this.#size >= WINDOW) await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    const matches = await this.#rules(this.#lines.join('\n'));
    for (const match of matches) {
      const origin = this.#origins[match.line - 1];
      if (origin !== undefined) this.#seen.push({ ...origin, rule: match.rule, identity: identityOf(match) });
    }
    this.#lines = [];
    this.#origins = [];
    this.#size = 0;
  }
}

const identityOf = ({ rule, secret }: RuleMatch): string =>
  createHash('sha256').update(`${rule}\0${secret}`).digest('hex');

/** Windows of text with the number of their first line. */
async function* windows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<{ text: string; line: number }> {
  let text = '';
  let line = 1;
  let fresh = 0;
  for await (const chunk of chunks) {
    const part = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1').replaceAll('\0', '');
    text += part;
    fresh += part.length;
    if (text.length < WINDOW) continue;
    yield { text, line };
    const keep = text.slice(-OVERLAP);
    line += newlines(text, 0, text.length - keep.length);
    text = keep;
    fresh = 0;
  }
  if (fresh > 0) yield { text, line };
}

/** How plain a form is: the lowest is named where several say the same. */
const rank = (form: SecretHit['form']): number => (form === 'raw' || form === 'name' ? 0 : form === 'split' ? 2 : 1);

/** New secrets, one hit for each place and rule; the plainest form is named. */
function hits(seen: readonly Seen[]): SecretHit[] {
  const known = new Set(
    seen.filter(({ side }) => side === 'before').map(({ path, identity }) => `${path}\0${identity}`),
  );
  const fresh = seen.filter(({ side, path, identity }) => side === 'after' && !known.has(`${path}\0${identity}`));
  const byPlace = new Map<string, SecretHit>();
  for (const { path, line, rule, form } of fresh) {
    const place = `${path}\0${line}\0${rule}`;
    const other = byPlace.get(place);
    if (other === undefined || rank(form) < rank(other.form)) byPlace.set(place, { path, line, rule, form });
  }
  return [...byPlace.values()].sort(
    (a, b) => compare(a.path, b.path) || (a.line ?? 0) - (b.line ?? 0) || compare(a.rule, b.rule),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
