import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a command sees of the machine besides its own mounts. Paths are absolute host paths. */
export interface HostLayout {
  /** Top-level entries that are links into /usr (`bin` -> `usr/bin`), as on every merged-usr system. */
  links: { target: string; path: string }[];
  /** Top-level system folders that are real folders (a system that is not merged). */
  folders: string[];
  /** What programs need of /etc to start, resolve libraries and trust certificates, as names below it. */
  etc: { files: string[]; folders: string[] };
  /** Files of /proc that tell of the whole machine; covered by /dev/null. */
  masked: string[];
  /** Our own Node and what stands beside it (npm), where that is outside /usr. */
  node: { file: string; folders: string[]; bin: string };
  /** The system's CA bundle, where there is one. */
  caBundle: string | null;
}

const SYSTEM = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/**
 * Files of /etc, copied once per run into the sandbox's own /etc: every mount costs a command time, a copy costs a run nothing that shows. No account, host
 * name, time zone, repository or machine identity among them.
 */
const ETC_FILES = ['ld.so.cache', 'mime.types', 'os-release', 'protocols', 'services', 'ssl/openssl.cnf'];

/** Folders of /etc, mounted into it; /etc/ssl/private is left out on purpose. */
const ETC_FOLDERS = ['alternatives', 'crypto-policies', 'fonts', 'pki/ca-trust', 'pki/tls', 'ssl/certs'];

/** Of the machine's keys, as far as the account may see them, and of its memory. */
const MASKED = ['kcore', 'keys'];

const BUNDLES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'];

const inEtc = (name: string): boolean => existsSync(join('/etc', name));

/** Looks at the machine once per run. `execPath` is the Node that runs the harness: it runs the bridge, and is on PATH inside. */
export function readHostLayout(execPath: string = process.execPath): HostLayout {
  const links: HostLayout['links'] = [];
  const folders: string[] = [];
  for (const name of SYSTEM) {
    const path = `/${name}`;
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink()) links.push({ target: readlinkSync(path), path });
    else if (stat?.isDirectory()) folders.push(path);
  }
  const file = realpathSync(execPath);
  const bin = dirname(file);
  const beside = join(dirname(bin), 'lib', 'node_modules');
  return {
    links,
    folders,
    etc: { files: ETC_FILES.filter(inEtc), folders: ETC_FOLDERS.filter(inEtc) },
    masked: MASKED.map((name) => `/proc/${name}`).filter((path) => existsSync(path)),
    node: { file, bin, folders: [bin, beside].filter((path) => !path.startsWith('/usr/') && existsSync(path)) },
    caBundle: BUNDLES.find((path) => existsSync(path)) ?? null,
  };
}
