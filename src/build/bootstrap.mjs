/**
 * Makes `npm test`, `npm run demo` and `npm run build` work in a fresh clone with only git, Node ≥ 20 and npm: installs the locked dependencies
 * when they are not there, and bubblewrap when it may. Runs on whatever Node the machine has, hence plain JavaScript without imports of ours.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';

const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
const stamp = 'node_modules/.countersign-lock';

/** Whether npm itself says (its hidden lock file) that all that is locked is there: somebody ran `npm ci`. What is optional may be another platform's. */
function isInstalled() {
  const hidden = 'node_modules/.package-lock.json';
  if (!existsSync(hidden) || !existsSync('node_modules/node/bin/node')) return false;
  const [wanted, there] = ['package-lock.json', hidden].map((file) => JSON.parse(readFileSync(file, 'utf8')).packages);
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || there[path]?.version === version,
  );
}

if (existsSync(stamp) ? readFileSync(stamp, 'utf8') !== lock : !isInstalled()) {
  console.error('installing the locked dependencies (npm ci) …');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 2, 2] });
  if (!existsSync('node_modules/node/bin/node')) {
    // npm clients that hold install scripts back leave Node 24 (the `node` package) without its binary: run just that one.
    execFileSync('npm', ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'], { stdio: ['ignore', 2, 2] });
  }
}
writeFileSync(stamp, lock);

const has = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
const root = process.getuid?.() === 0;
const sudo = !root && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
const prefix = root ? [] : ['sudo'];
/** Runs a command as root, its output on standard error; true when it worked. Only where that needs no password. */
const asRoot = (input, ...argv) => {
  const [file, ...rest] = [...prefix, ...argv];
  return (root || sudo) && spawnSync(file, rest, { stdio: ['pipe', 2, 2], input }).status === 0;
};
const stop = (why, line) => {
  console.error(`${why} Type:\n\n    ${line}\n`);
  process.exit(3);
};

if (!process.env.COUNTERSIGN_BWRAP && !has('bwrap')) {
  const manager = has('apt-get') ? 'apt-get' : has('dnf') ? 'dnf' : 'apt-get';
  const install = ['env', 'DEBIAN_FRONTEND=noninteractive', manager, 'install', '-y', 'bubblewrap'];
  if (root || sudo) console.error('installing bubblewrap …');
  if (!asRoot('', ...install) && manager === 'apt-get' && asRoot('', 'apt-get', 'update')) asRoot('', ...install);
  if (!has('bwrap'))
    stop('bubblewrap is missing and may not be installed from here.', `sudo ${manager} install -y bubblewrap`);
}

// Ubuntu 23.10 and later let a program make user namespaces only if an AppArmor profile says so (4-facts.md); root is not restricted.
const RESTRICTED = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';
const probe = () =>
  spawnSync('bwrap', ['--unshare-user', '--ro-bind', '/', '/', 'true'], { stdio: 'ignore' }).status === 0;
if (!root && existsSync(RESTRICTED) && readFileSync(RESTRICTED, 'utf8').trim() === '1' && has('bwrap') && !probe()) {
  const profile = '/etc/apparmor.d/bwrap';
  const text =
    'abi <abi/4.0>,\ninclude <tunables/global>\nprofile bwrap /usr/bin/bwrap flags=(unconfined) {\n  userns,\n}\n';
  if (sudo) console.error(`letting bubblewrap make user namespaces (AppArmor profile ${profile}) …`);
  const allowed = !existsSync(profile) && asRoot(text, 'tee', profile) && asRoot('', 'apparmor_parser', '-r', profile);
  if (!allowed || !probe()) {
    const line = `printf '${text.replaceAll('\n', '\\n')}' | sudo tee ${profile} && sudo apparmor_parser -r ${profile}`;
    stop('AppArmor keeps bubblewrap from making user namespaces, and that may not be changed from here.', line);
  }
}
