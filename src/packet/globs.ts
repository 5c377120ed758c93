/**
 * Matching of `*` and `?` inside a segment and of `**` between segments. Both levels use the same two-pointer walk that remembers only the last
 * star: at most |pattern| × |text| steps, where a backtracking matcher takes minutes (4-facts.md on picomatch).
 */
interface Star {
  pattern: number;
  text: number;
}

/** Walks a list of pattern items against a list of text items; `isStar` items stand for any number of text items. */
function walk<P, T>(
  pattern: readonly P[],
  text: readonly T[],
  isStar: (p: P) => boolean,
  same: (p: P, t: T) => boolean,
) {
  let p = 0;
  let t = 0;
  let star: Star | null = null;
  while (t < text.length) {
    const item = pattern[p];
    if (p < pattern.length && isStar(item as P)) {
      star = { pattern: p, text: t };
      p++;
    } else if (p < pattern.length && same(item as P, text[t] as T)) {
      p++;
      t++;
    } else if (star) {
      // Whatever an earlier star could take, the last one can take as well: only it needs to grow.
      star.text++;
      p = star.pattern + 1;
      t = star.text;
    } else return false;
  }
  while (p < pattern.length && isStar(pattern[p] as P)) p++;
  return p === pattern.length;
}

/** One segment of a compiled pattern: text, wildcard characters, or `null` for `**`. */
type Segment = string | readonly string[] | null;

const compileSegment = (segment: string): Segment => {
  if (segment === '**') return null;
  return /[*?]/.test(segment) ? Array.from(segment) : segment;
};

const segmentMatches = (pattern: Segment, segment: string): boolean => {
  if (pattern === null) return true;
  if (typeof pattern === 'string') return pattern === segment;
  return walk(
    pattern,
    Array.from(segment),
    (p) => p === '*',
    (p, t) => p === '?' || p === t,
  );
};

/** A glob as a predicate over the segments of a path. Dot files match like any other (2-contracts.md). */
export function compileGlob(pattern: string): (segments: readonly string[]) => boolean {
  const parts = pattern.split('/').map(compileSegment);
  return (segments) => walk(parts, segments, (p) => p === null, segmentMatches);
}
