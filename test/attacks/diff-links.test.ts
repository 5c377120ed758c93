import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Attack, describeAttacks } from '../git/attacks.ts';
import { put, repository } from '../git/fixture.ts';

const ATTACKS: Attack[] = [
  {
    name: 'absolute symlink out of the tree',
    engine: (d) => symlinkSync('/etc/passwd', join(d, 'src/p')),
    codes: ['unsafe_path'],
    at: ['unsafe_path src/p'],
  },
  {
    name: 'relative symlink out of the tree',
    engine: (d) => symlinkSync('../../x', join(d, 'src/p')),
    codes: ['unsafe_path'],
  },
  {
    name: 'dangling symlink out of the tree',
    engine: (d) => symlinkSync('../../no/where', join(d, 'src/p')),
    codes: ['unsafe_path'],
  },
  {
    name: 'chained symlinks out of the tree',
    engine: (d) => {
      mkdirSync(join(d, 'src/deep/er'), { recursive: true });
      symlinkSync('..', join(d, 'src/up'));
      symlinkSync('up/up/../..', join(d, 'src/out'));
    },
    codes: ['unsafe_path'],
    at: ['unsafe_path src/out'],
  },
  { name: 'symlink into .git', engine: (d) => symlinkSync('../.git/config', join(d, 'src/p')), codes: ['unsafe_path'] },
  { name: 'symlink into .GIT', engine: (d) => symlinkSync('../.GIT/config', join(d, 'src/p')), codes: ['unsafe_path'] },
  { name: 'symlink loop', engine: (d) => symlinkSync('p', join(d, 'src/p')), codes: ['unsafe_path'] },
  {
    name: 'symlink that stays in the tree passes',
    engine: (d) => symlinkSync('../docs/readme.md', join(d, 'src/p')),
    codes: [],
  },
  {
    name: 'a file becomes a symlink out of the tree',
    engine: (d) => {
      rmSync(join(d, 'src/app.js'));
      symlinkSync('/dev/null', join(d, 'src/app.js'));
    },
    codes: ['unsafe_path'],
  },
  {
    name: 'hard link to a file outside',
    engine: (d) => {
      writeFileSync(`${d}.outside`, 'outside\n');
      linkSync(`${d}.outside`, join(d, 'src/linked'));
    },
    codes: ['unsafe_path'],
    at: ['unsafe_path src/linked'],
  },
  {
    name: 'hard links within the workspace are two files',
    engine: (d) => {
      put(d, { 'src/a': 'same\n' });
      linkSync(join(d, 'src/a'), join(d, 'src/b'));
    },
    codes: [],
  },
  {
    name: 'nested repository (a submodule in the making)',
    engine: (d) => repository(join(d, 'src/nested'), { file: 'x\n' }),
    codes: ['unsafe_path', 'dirty_ending_tree'],
    at: ['unsafe_path src/nested/.git', 'dirty_ending_tree src/nested/.git'],
  },
  {
    name: '.git file that points elsewhere',
    engine: (d) => put(d, { 'src/sub/.git': 'gitdir: /etc\n' }),
    codes: ['no_diff', 'unsafe_path', 'dirty_ending_tree'],
  },
  {
    name: 'bare repository made of plain files',
    engine: (d) =>
      put(d, { 'src/b/HEAD': 'ref: x\n', 'src/b/config': '[core]\n', 'src/b/objects/x': '', 'src/b/refs/x': '' }),
    codes: ['unsafe_path'],
    at: ['unsafe_path src/b'],
  },
  {
    name: '.gitmodules as a symlink',
    engine: (d) => symlinkSync('src/app.js', join(d, '.gitmodules')),
    codes: ['no_diff', 'unsafe_path', 'dirty_ending_tree'],
  },
  {
    name: 'fifo',
    engine: (d) => void execFileSync('mkfifo', [join(d, 'src/fifo')]),
    codes: ['no_diff', 'unsafe_path', 'dirty_ending_tree'],
  },
  {
    name: 'setuid bit',
    engine: (d) => {
      put(d, { 'src/suid': 'x\n' });
      chmodSync(join(d, 'src/suid'), 0o4755);
    },
    codes: ['unsafe_path'],
  },
  {
    name: 'file and folder of mode 000 hide nothing',
    engine: (d) => {
      put(d, { 'vendor/hidden/file': 'x\n', 'vendor/other': 'y\n' });
      chmodSync(join(d, 'vendor/hidden/file'), 0);
      chmodSync(join(d, 'vendor/hidden'), 0);
      chmodSync(join(d, 'vendor/other'), 0);
    },
    rules: { allowed: ['src/'] },
    codes: ['disallowed_file_change'],
    at: ['disallowed_file_change vendor/hidden/file', 'disallowed_file_change vendor/other'],
  },
  {
    name: 'a path longer than the system allows is found, not lost',
    engine: (d) => {
      const go =
        'mkdir long && cd long && n=$(printf "%0200d" 0) && for i in $(seq 25); do mkdir $n && cd $n; done && echo x > file';
      execFileSync('bash', ['-c', go], { cwd: d });
    },
    codes: ['no_diff', 'unsafe_path', 'dirty_ending_tree'],
  },
  {
    name: 'socket',
    engine: (d) => {
      const script = 'require("node:net").createServer().listen("src/s", () => process.kill(process.pid, "SIGKILL"))';
      spawnSync(process.execPath, ['-e', script], { cwd: d });
    },
    codes: ['no_diff', 'unsafe_path', 'dirty_ending_tree'],
    at: ['unsafe_path src/s', 'dirty_ending_tree src/s'],
  },
];

describeAttacks('links, repositories and special files', ATTACKS);
