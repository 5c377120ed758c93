/**
 * Makes `npm test`, `npm run demo` and `npm run build` work in a fresh clone with only git, Node ≥ 20 and npm: installs the locked dependencies
 * when they are not there, and bubblewrap when it may. Runs on whatever Node the machine has, hence plain JavaScript without imports of ours.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';

const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
const stamp = 'node_modules/.countersign-lock';
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('installing the locked dependencies (npm ci) …');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 2, 2] });
  if (!existsSync('node_modules/node/bin/node')) {
    // npm clients that hold install scripts back leave Node 24 (the `node` package) without its binary: run just that one.
    execFileSync('npm', ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'], { stdio: ['ignore', 2, 2] });
  }
  writeFileSync(stamp, lock);
}

const has = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
if (!process.env.COUNTERSIGN_BWRAP && !has('bwrap')) {
  const root = process.getuid?.() === 0;
  const sudo = !root && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  const manager = has('apt-get') ? 'apt-get' : has('dnf') ? 'dnf' : null;
  const prefix = root ? [] : ['sudo'];
  const line = [...prefix, manager ?? 'apt-get', 'install', '-y', 'bubblewrap'].join(' ');
  if (manager && (root || sudo)) {
    console.error(`installing bubblewrap (${line}) …`);
    const run = (...argv) =>
      spawnSync([...prefix, ...argv][0], [...prefix, ...argv].slice(1), { stdio: ['ignore', 2, 2] }).status;
    if (run(manager, 'install', '-y', 'bubblewrap') !== 0 && manager === 'apt-get') {
      run('apt-get', 'update');
      run('apt-get', 'install', '-y', 'bubblewrap');
    }
  }
  if (!has('bwrap')) {
    console.error(`bubblewrap is missing and may not be installed from here. Type:\n\n    ${line}\n`);
    process.exit(3);
  }
}
