import { type DocumentError, pointerToken } from '../contracts/index.ts';

/** Names under which people keep secrets. */
const NAME =
  /(?:^|[_.-])(?:secrets?|tokens?|passwords?|passwd|passphrase|credentials?|api[_-]?keys?|access[_-]?keys?|private[_-]?keys?|client[_-]?secret|auth|bearer|cookie)(?:$|[_.-])/i;

/** Members of the contracts themselves that sound like one and hold none. */
const HARMLESS = new Set(['secrets', 'credential_source_class', 'credential_class', 'public_key', 'keys']);

/** Forms that are secrets and nothing else: published prefixes of tokens, private keys, credentials in a URL. */
const VALUES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/,
  /\bglpat-[A-Za-z0-9_-]{16,}/,
  /\bsk-[A-Za-z0-9_-]{16,}/,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/,
  /\bAIza[0-9A-Za-z_-]{30,}/,
  /\bnpm_[A-Za-z0-9]{30,}/,
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+/,
  /\bBearer\s+[A-Za-z0-9._~+/-]{16,}/i,
  /[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]+@/i,
];

/** Digests, object ids and subresource integrity are long and random, and public. */
const PUBLIC = /^(?:sha256:)?[0-9a-f]{40,128}$|^sha(?:256|384|512)-[A-Za-z0-9+/]+=*$/;

/** Long, without blanks or separators, of three kinds of characters: nobody writes that by hand. */
function isRandom(text: string): boolean {
  return (
    !PUBLIC.test(text) &&
    text
      .split(/[^A-Za-z0-9+=_-]+/)
      .some(
        (word) =>
          word.length >= 40 && /[a-z]/.test(word) && /[A-Z]/.test(word) && (word.match(/\d/g)?.length ?? 0) >= 4,
      )
  );
}

const error = (what: string, at: string): DocumentError => ({
  code: 'contract_invalid',
  message: `${what} looks like a secret`,
  at,
  rule: 'secret_like',
  fix: 'Remove it, and replace it where it is real: name the class of a credential, never the credential.',
});

/**
 * Keys and values of a document that look like secrets (7-ladder.md, Admissions: refused in admissions, config and summaries alike). The text itself never
 * appears in an error.
 */
export function secretLike(value: unknown, at = '', key = ''): DocumentError[] {
  if (typeof value === 'string') {
    const random = key !== 'public_key' && isRandom(value);
    return random || VALUES.some((form) => form.test(value)) ? [error('this value', at)] : [];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => secretLike(item, `${at}/${index}`, key));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = `${at}/${pointerToken(name)}`;
    return [
      ...(NAME.test(name) && !HARMLESS.has(name) ? [error('this name', here)] : []),
      ...secretLike(inner, here, name),
    ];
  });
}
