import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ACCOUNT } from './environment.ts';
import type { HostLayout } from './host.ts';

const { name, uid, gid, home } = ACCOUNT;

/** Accounts and names of the sandbox instead of the host's: no user, host name or name server of the machine is told inside. */
const OWN_FILES = {
  passwd: `root:x:0:0:root:/root:/usr/sbin/nologin\n${name}:x:${uid}:${gid}:${name}:${home}:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n`,
  group: `root:x:0:\n${name}:x:${gid}:\nnogroup:x:65534:\n`,
  hosts: '127.0.0.1 localhost\n::1 localhost\n127.0.0.1 sandbox\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
};

/** Writes the sandbox's /etc into its private folder, with empty folders where the host's are mounted, and returns its path. */
export async function writeEtc(folder: string, host: Pick<HostLayout, 'etc'>): Promise<string> {
  const etc = join(folder, 'etc');
  const folders = [...host.etc.folders, ...host.etc.files.map((file) => dirname(file))];
  for (const path of new Set(folders)) await mkdir(join(etc, path), { recursive: true, mode: 0o755 });
  await Promise.all([
    ...Object.entries(OWN_FILES).map(([file, text]) => writeFile(join(etc, file), text, { mode: 0o644 })),
    ...host.etc.files.map((file) => copyFile(join('/etc', file), join(etc, file))),
  ]);
  return etc;
}
