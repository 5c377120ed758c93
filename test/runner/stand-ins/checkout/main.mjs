/** actions/checkout, as far as workflows here use it: a real git fetch over HTTP with the job's token, and a checkout. What it does not know it refuses. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';

const KNOWN = ['REPOSITORY', 'REF', 'TOKEN', 'PATH', 'FETCH-DEPTH', 'PERSIST-CREDENTIALS', 'SHA'];
for (const name of Object.keys(process.env))
  if (name.startsWith('INPUT_') && !KNOWN.includes(name.slice(6))) throw new Error(`stand-in: unknown input ${name}`);
const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
const { GITHUB_SERVER_URL, GITHUB_WORKSPACE } = process.env;
const [ref, sha, depth] = [input('ref'), input('sha'), Number(input('fetch-depth'))];
const folder = resolve(GITHUB_WORKSPACE, input('path'));
const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${input('token')}`).toString('base64')}`;
const setting = `http.${GITHUB_SERVER_URL}/.extraheader`;

const git = (...args) =>
  execFileSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.RUNNER_TEMP,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: setting,
      GIT_CONFIG_VALUE_0: header,
    },
  }).trim();

mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) rmSync(resolve(folder, name), { recursive: true, force: true });
git('init', '--quiet', '.');
git('remote', 'add', 'origin', `${GITHUB_SERVER_URL}/${input('repository')}`);
const isCommit = /^[0-9a-f]{40,64}$/.test(ref || sha);
const specs =
  depth === 0
    ? ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*']
    : [`--depth=${depth}`, isCommit ? ref || sha : `+refs/heads/${ref}:refs/remotes/origin/${ref}`];
git(
  '-c',
  'protocol.version=2',
  'fetch',
  '--quiet',
  '--prune',
  '--no-tags',
  '--no-recurse-submodules',
  'origin',
  ...specs,
);
if (isCommit) git('checkout', '--quiet', '--force', '--detach', ref || sha);
else git('checkout', '--quiet', '--force', '-B', ref, `refs/remotes/origin/${ref}`);
if (input('persist-credentials') !== 'false') git('config', '--local', setting, header);
console.log(git('log', '-1', '--format=%H'));
