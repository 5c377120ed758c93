/**
 * Makes what the tests on a real runner need, in a fresh clone with nothing installed by hand: nektos/act (by `go install`), the client of the artifact service, bundles of the
 * stand-ins, and an export of this Action built from src/. What is there already is kept; the export is always made anew.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { dist } from '../../src/build/dist.ts';
import { ACT, ACT_FOLDER, ACT_VERSION, BUNDLES, CLIENT, EXPORT, MADE, ROOT, STAND_INS } from './places.ts';

const run = (file: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): void => {
  console.error([file, ...args].join(' '));
  execFileSync(file, args, { stdio: ['ignore', 2, 2], ...options });
};

/** Makes a folder beside and moves it into place, so that one that is there is whole. */
function once(folder: string, make: (folder: string) => void): void {
  if (existsSync(folder)) return;
  mkdirSync(dirname(folder), { recursive: true });
  const fresh = mkdtempSync(`${folder}.`);
  make(fresh);
  try {
    renameSync(fresh, folder);
  } catch (error) {
    // Somebody else was faster.
    if (!existsSync(folder)) throw error;
    rmSync(fresh, { recursive: true, force: true });
  }
}

function act(folder: string): void {
  const go = existsSync('/usr/local/go/bin/go') ? '/usr/local/go/bin/go' : 'go';
  run(go, ['install', `github.com/nektos/act@v${ACT_VERSION}`], {
    env: { ...process.env, GOBIN: folder, GOFLAGS: '' },
  });
}

function client(folder: string): void {
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(STAND_INS, name), join(folder, name));
  // Node of the tests: the client wants one that is newer than the machine's may be.
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
}

async function bundles(): Promise<void> {
  const names = readdirSync(STAND_INS).filter((name) => existsSync(join(STAND_INS, name, 'action.yml')));
  await build({
    entryPoints: names.map((name) => join(STAND_INS, name, 'main.mjs')),
    outbase: STAND_INS,
    outdir: BUNDLES,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    keepNames: true,
    legalComments: 'none',
    logLevel: 'error',
    nodePaths: [join(CLIENT, 'node_modules')],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
  for (const name of names) cpSync(join(STAND_INS, name, 'action.yml'), join(BUNDLES, name, 'action.yml'));
}

async function action(): Promise<void> {
  const files = await dist(ROOT);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(EXPORT, path)), { recursive: true });
    writeFileSync(join(EXPORT, path), text);
  }
  for (const path of ['action.yml', 'package.json', '.github/workflows/packet.yml'])
    cpSync(join(ROOT, path), join(EXPORT, path));
}

once(ACT_FOLDER, act);
once(CLIENT, client);
rmSync(MADE, { recursive: true, force: true });
await Promise.all([bundles(), action()]);
console.error(execFileSync(ACT, ['--version'], { encoding: 'utf8' }).trim());
