import { usage } from '../contracts/index.ts';
import { type Environment, ownEnvironment } from './environment.ts';

/** A repository elsewhere, and what talking to it may cost. */
export interface Remote {
  /** `https://github.com/acme/site`; also http to this machine itself, and `file:///…` where `local` says so. No user name, no password. */
  url: string;
  /** Reaches git by its environment alone: never argv, never a file, and never another host than the URL's. */
  token: string | null;
  /** Allows `file:` (tests, and `rewritten`). */
  local?: boolean;
  /** For one git process. Default 10 minutes. */
  timeoutMs?: number;
  /** What one fetch may add to our object store. Default 4 GiB. */
  maxBytes?: number;
}

/** What a machine needs to reach the network at all, taken from the caller's environment. */
const PASSED =
  'HTTPS_PROXY https_proxy HTTP_PROXY http_proxy ALL_PROXY all_proxy NO_PROXY no_proxy SSL_CERT_FILE SSL_CERT_DIR GIT_SSL_CAINFO GIT_SSL_CAPATH'.split(
    ' ',
  );

/**
 * Faults of commits that real histories hold and that harm nobody here. Everything else that git's fsck calls an error (`.git` and `..` in trees, hostile submodule
 * names) ends the fetch. Source: git-fsck(1), FSCK MESSAGES.
 */
const OLD_FAULTS =
  'badDate badDateOverflow badEmail badName badTimezone missingEmail missingNameBeforeEmail missingSpaceBeforeDate missingSpaceBeforeEmail multipleAuthors nulInCommit zeroPaddedDate zeroPaddedFilemode missingTaggerEntry gitmodulesMissing gitmodulesParse'.split(
    ' ',
  );

const SETTINGS: readonly (readonly [string, string])[] = [
  // A redirect could lead to a repository that took over the name.
  ['http.followRedirects', 'false'],
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '60'],
  ['http.userAgent', 'git/countersign'],
  ['credential.helper', ''],
  // git would otherwise start a git in DIR and in every alternate of it, under their configuration, to learn what they have (git-config(1)).
  ['core.alternateRefsCommand', 'true'],
  ['fetch.fsckObjects', 'true'],
  ...OLD_FAULTS.map((fault) => [`fetch.fsck.${fault}`, 'ignore'] as const),
  // Its hints would fill what is kept of standard error.
  ['advice.graftFileDeprecated', 'false'],
  ['submodule.recurse', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['push.gpgSign', 'false'],
];

const HERE = ['127.0.0.1', '[::1]', 'localhost'];

/** Throws a UserError for an address that git is not to be started with. */
export function checkedUrl({ url, local = false }: Remote): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isAllowed =
    parsed?.protocol === 'https:' ||
    (parsed?.protocol === 'http:' && HERE.includes(parsed.hostname)) ||
    (parsed?.protocol === 'file:' && local);
  // Control characters would end the line of a protocol or of a configuration.
  if (parsed === null || !isAllowed || parsed.username !== '' || parsed.password !== '' || !/^[!-~]+$/.test(url)) {
    const fix = 'Give an https address without user name and password; the token is given apart.';
    throw usage('This is no address that git may be sent to', 'url', fix);
  }
  return parsed;
}

/** Environment of a git that talks to `remote` and to nothing else, from our own git directory. */
export function remoteEnvironment(
  gitDir: string,
  remote: Remote,
  caller: NodeJS.ProcessEnv = process.env,
): Environment {
  const { protocol, origin } = checkedUrl(remote);
  const scheme = protocol.slice(0, -1);
  const settings = [...SETTINGS, [`protocol.${scheme}.allow`, 'always'] as const];
  if (remote.token !== null && scheme !== 'file') {
    const basic = Buffer.from(`x-access-token:${remote.token}`).toString('base64');
    settings.push([`http.${origin}/.extraHeader`, `Authorization: Basic ${basic}`]);
  }
  const env: Record<string, string> = { GIT_ALLOW_PROTOCOL: scheme, GIT_CONFIG_COUNT: String(settings.length) };
  for (const [n, [key, value]] of settings.entries()) {
    env[`GIT_CONFIG_KEY_${n}`] = key;
    env[`GIT_CONFIG_VALUE_${n}`] = value;
  }
  for (const name of PASSED) if (caller[name] !== undefined) env[name] = caller[name];
  return ownEnvironment(gitDir, env);
}

const INSTEAD = /^url\.(.+)\.insteadof$/i;

/**
 * The remote as `url.<base>.insteadOf` settings in the caller's GIT_CONFIG_* variables rewrite it: how a runner without a network is given repositories on disk. No other
 * setting of the caller is taken over. The token stays with the address that was written. Source: git-config(1), url.<base>.insteadOf (the longest match counts).
 */
export function rewritten(remote: Remote, caller: NodeJS.ProcessEnv): Remote {
  let longest = '';
  let url = remote.url;
  for (let n = 0; n < Number(caller['GIT_CONFIG_COUNT'] ?? 0); n += 1) {
    const base = INSTEAD.exec(caller[`GIT_CONFIG_KEY_${n}`] ?? '')?.[1];
    const prefix = caller[`GIT_CONFIG_VALUE_${n}`] ?? '';
    if (base === undefined || prefix.length <= longest.length || !remote.url.startsWith(prefix)) continue;
    longest = prefix;
    url = base + remote.url.slice(prefix.length);
  }
  return longest === '' ? remote : { ...remote, url, token: null, local: url.startsWith('file:') };
}
