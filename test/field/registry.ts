import { execFileSync } from 'node:child_process';

/** Where npm on this machine gets its packages: the address for `--registry`, and the `host:port` that a packet must name. Never written down. */
export interface Registry {
  url: string;
  endpoint: string;
}

export function registry(): Registry {
  const url = execFileSync('npm', ['config', 'get', 'registry'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  const { hostname, port, protocol } = new URL(url);
  return { url, endpoint: `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}` };
}

/** `npm pack NAME@VERSION` in a folder, unpacked there; returns the folder of the package. */
export function fetchPackage(name: string, version: string, folder: string): string {
  const run = (file: string, ...argv: string[]): string =>
    execFileSync(file, argv, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const archive = run('npm', 'pack', '--silent', `${name}@${version}`).trim();
  run('tar', '-xzf', archive);
  return `${folder}/package`;
}
