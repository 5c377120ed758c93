/** Branded strings: values that look alike but must never be mixed up. Made by the validators or by the checks below. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** `sha256:` and 64 lower-case hex digits. */
export type Digest = Branded<'Digest'>;
/** A full git object id, 40 (SHA-1) or 64 (SHA-256) lower-case hex digits. */
export type Sha = Branded<'Sha'>;
/** A repository-relative path with `/` separators, as raw git reports it. */
export type RepoPath = Branded<'RepoPath'>;

const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

export const isSha = (text: string): text is Sha => SHA.test(text);
export const isDigest = (text: string): text is Digest => DIGEST.test(text);

/** Takes text that git itself printed as an object id; throws where it is none. */
export function asSha(text: string): Sha {
  if (!isSha(text)) throw new TypeError(`not a git object id: ${JSON.stringify(text.slice(0, 80))}`);
  return text;
}
