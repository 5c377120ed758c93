/** One match in a text: `line` from 1, `secret` the matched text (never leaves this room). */
export interface RuleMatch {
  rule: string;
  line: number;
  secret: string;
}

export type SecretRules = (text: string) => Promise<RuleMatch[]>;

/** Well-known forms that secretlint's recommended preset leaves out. Each is linear: fixed prefixes, bounded repetition. */
const MORE_RULES: readonly (readonly [string, RegExp])[] = [
  // The preset wants a hundred letters of key, which an Ed25519 key has not.
  [
    'PRIVATE_KEY',
    /-----BEGIN (?:[A-Z0-9]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----(?:\\[rn]|\s){0,8}[A-Za-z0-9+/=]{16}/g,
  ],
  ['GOOGLE_API_KEY', /\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/g],
  ['GITLAB_TOKEN', /\bglpat-[0-9A-Za-z_-]{20}(?![0-9A-Za-z_-])/g],
  ['STRIPE_KEY', /\b[sr]k_live_[0-9A-Za-z]{24,99}\b/g],
  ['GITHUB_OAUTH_URL', /https?:\/\/[^\s/@:]{1,256}:x-oauth-basic@github\.com/g],
];

/** Anything that a rule could match holds one of these: what is decoded or joined and holds none is not worth a scan. */
export const PROMISING =
  /AKIA|ASIA|A3T|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|gh[pousr]_|github_pat|glpat-|AIza|[sr]k_live|sk-|xox|xapp-|hooks\.slack|npm_|_authToken|SG\.|shp[a-z]{2}_|lin_api|ops_ey|PRIVATE KEY|:\/\/|aws|secret/i;

/**
 * secretlint's recommended rules without its comment directives (`secretlint-disable` in a changed file would switch the check off), with AWS
 * access key ids, and with some forms of our own. Heavy to load (1 MB): loaded when the first content is scanned.
 */
export async function loadRules(): Promise<SecretRules> {
  const { lintSource, rules } = await import('./secretlint.ts');
  const config = {
    rules: rules
      .filter(({ meta }) => !meta.id.endsWith('-filter-comments'))
      .map((rule) => ({
        id: rule.meta.id,
        rule,
        options: rule.meta.id.endsWith('-aws') ? { enableIDScanRule: true } : {},
      })),
  };
  return async (text) => {
    // The name makes the npm rule look for _authToken everywhere; there is no such file, and none is opened.
    const source = { content: text, filePath: 'changes.npmrc', ext: '.npmrc', contentType: 'text' as const };
    const { messages } = await lintSource({ source, options: { config, noPhysicFilePath: true } });
    return [
      ...messages.map(({ messageId, loc, range }) => ({
        rule: messageId,
        line: loc.start.line,
        secret: text.slice(range[0], range[1]),
      })),
      ...ownMatches(text),
    ];
  };
}

function ownMatches(text: string): RuleMatch[] {
  return MORE_RULES.flatMap(([rule, form]) => {
    let line = 1;
    let from = 0;
    return [...text.matchAll(form)].map((match) => {
      line += newlines(text, from, match.index);
      from = match.index;
      return { rule, line, secret: match[0] };
    });
  });
}

/** Line feeds in a part of a text. */
export function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
