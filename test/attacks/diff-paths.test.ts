import { chmodSync, linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { git, type Opened, opened, put, repository } from '../git/fixture.ts';
import { codes, places, playOn, type Rules } from '../git/result.ts';

const BASE = {
  'src/app.js': 'one\ntwo\nthree\n',
  'src/tool.sh': '#!/bin/sh\n',
  'docs/readme.md': 'read me, all of you\nwho come here\n',
  'vendor/lib.js': 'a library\nof many\nlines\n',
  '.gitignore': 'build/\n',
};

interface Attack {
  name: string;
  engine: (dir: string) => void;
  rules?: Rules;
  codes: string[];
  /** Findings that must be among them. */
  at?: string[];
}

const ATTACKS: Attack[] = [
  { name: 'an ordinary change passes', engine: (d) => put(d, { 'src/app.js': 'one\nTWO\nthree\n' }), codes: [] },
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
    name: '.gitmodules',
    engine: (d) => put(d, { '.gitmodules': '[submodule "x"]\n' }),
    codes: ['forbidden_path_change'],
  },
  {
    name: '.gitmodules as a symlink',
    engine: (d) => symlinkSync('src/app.js', join(d, '.gitmodules')),
    codes: ['no_diff', 'unsafe_path', 'dirty_ending_tree'],
  },
  {
    name: '.gitattributes',
    engine: (d) => put(d, { 'src/.gitattributes': '* -text\n' }),
    codes: ['forbidden_path_change'],
  },
  ...['.GIT', '.Git'].map((name) => ({
    name: `the spelling ${name}`,
    engine: (d: string) => put(d, { [`src/${name}/config`]: '[core]\n' }),
    codes: ['no_diff', 'unsafe_path', 'dirty_ending_tree'],
  })),
  ...['git~1', 'GIT~2', '.g\u200cit', '.git.', '.git ', '.git::$INDEX_ALLOCATION', '.gi\u{e0074}'].map((name) => ({
    name: `the spelling ${JSON.stringify(name)}`,
    engine: (d: string) => put(d, { [`src/${name}/config`]: '[core]\n' }),
    codes: name === '.gi\u{e0074}' ? ['unsafe_path'] : ['forbidden_path_change', 'unsafe_path'],
  })),
  ...[
    'CON',
    'nul.txt',
    'Com1',
    'lpt9.c',
    'name.',
    'name ',
    'stream:x',
    'a\\b',
    '-rf',
    '$(id)',
    '`id`',
    'quo"te',
    'line\nfeed',
    'tab\t',
    'esc\u001b[2J',
    'bidi\u202e',
    'p\u0430ypal.js',
    'zero\u200bwidth',
  ].map((name) => ({
    name: `the name ${JSON.stringify(name)}`,
    engine: (d: string) => put(d, { [`src/${name}`]: 'x\n' }),
    codes: ['unsafe_path'],
  })),
  {
    name: 'a name that is not UTF-8',
    engine: (d) => writeFileSync(Buffer.concat([Buffer.from(`${d}/src/`), Buffer.from([0x66, 0xff])]), 'x\n'),
    codes: ['unsafe_path'],
  },
  {
    name: 'names that collide by case',
    engine: (d) => put(d, { 'src/APP.js': 'x\n' }),
    codes: ['unsafe_path'],
    at: ['unsafe_path src/APP.js'],
  },
  { name: 'folders that collide by case', engine: (d) => put(d, { 'SRC/other.js': 'x\n' }), codes: ['unsafe_path'] },
  { name: 'a file that collides with a folder', engine: (d) => put(d, { SRC: 'x\n' }), codes: ['unsafe_path'] },
  {
    name: 'names that collide by normalisation',
    engine: (d) => put(d, { 'src/\u00e9.js': 'x\n', 'src/e\u0301.js': 'x\n' }),
    codes: ['unsafe_path'],
  },
  {
    name: 'executable bit of an allowed file is a change, not a danger',
    engine: (d) => chmodSync(join(d, 'src/tool.sh'), 0o755),
    codes: [],
  },
  {
    name: 'executable bit outside the allowed paths',
    engine: (d) => chmodSync(join(d, 'vendor/lib.js'), 0o755),
    rules: { allowed: ['src/'] },
    codes: ['disallowed_file_change'],
  },
  {
    name: 'rename out of a forbidden path',
    engine: (d) => renameSync(join(d, 'vendor/lib.js'), join(d, 'src/lib.js')),
    rules: { allowed: ['src/'], forbidden: ['vendor/'] },
    codes: ['disallowed_file_change', 'forbidden_path_change'],
    at: ['forbidden_path_change vendor/lib.js', 'disallowed_file_change vendor/lib.js'],
  },
  {
    name: 'rename into a forbidden path',
    engine: (d) => renameSync(join(d, 'src/app.js'), join(d, 'vendor/app.js')),
    rules: { allowed: ['**'], forbidden: ['vendor/'] },
    codes: ['forbidden_path_change'],
    at: ['forbidden_path_change vendor/app.js'],
  },
  {
    name: 'deletion outside the allowed paths',
    engine: (d) => rmSync(join(d, 'docs/readme.md')),
    rules: { allowed: ['src/'] },
    codes: ['disallowed_file_change'],
  },
  {
    name: 'allowed and forbidden: forbidden wins',
    engine: (d) => put(d, { 'src/secret.js': 'x\n' }),
    rules: { allowed: ['src/'], forbidden: ['src/secret.js'] },
    codes: ['forbidden_path_change'],
  },
  {
    name: 'workflow and action edits',
    engine: (d) => put(d, { '.github/workflows/ci.yml': 'on: push\n', 'tool/action.yml': 'runs:\n' }),
    codes: ['forbidden_path_change'],
    at: ['forbidden_path_change .github/workflows/ci.yml', 'forbidden_path_change tool/action.yml'],
  },
  {
    name: 'file becomes a folder and folder becomes a file',
    engine: (d) => {
      rmSync(join(d, 'docs'), { recursive: true });
      rmSync(join(d, 'src/tool.sh'));
      put(d, { docs: 'a file now\n', 'src/tool.sh/inner': 'a folder now\n' });
    },
    rules: { allowed: ['src/'] },
    codes: ['disallowed_file_change'],
    at: ['disallowed_file_change docs', 'disallowed_file_change docs/readme.md'],
  },
  {
    name: 'files hidden by a .gitignore in the change itself',
    engine: (d) => put(d, { 'src/.gitignore': '*.hidden\n', 'src/x.hidden': 'x\n' }),
    codes: ['dirty_ending_tree'],
    at: ['dirty_ending_tree src/x.hidden'],
  },
  {
    name: 'ignored left-overs',
    engine: (d) => put(d, { 'src/app.js': 'x\n', 'build/out.js': 'x\n' }),
    codes: ['dirty_ending_tree'],
    at: ['dirty_ending_tree build/out.js'],
  },
  {
    name: 'ignored left-overs in a scratch path pass',
    engine: (d) => put(d, { 'src/app.js': 'x\n', 'build/out.js': 'x\n' }),
    rules: { scratch: ['build/'] },
    codes: [],
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
  { name: 'nothing at all', engine: () => undefined, codes: ['no_diff'] },
  { name: 'nothing at all, as expected', engine: () => undefined, rules: { expectsChanges: false }, codes: [] },
  {
    name: 'too many files',
    engine: (d) => put(d, Object.fromEntries([...'abcdef'].map((n) => [`src/${n}`, `${n}\n`]))),
    rules: { limits: { changed_files: 5, patch_bytes: 1e6 } },
    codes: ['too_many_files'],
  },
  {
    name: 'a patch above the limit keeps the change',
    engine: (d) => put(d, { 'src/big': 'a line of text\n'.repeat(200) }),
    rules: { limits: { changed_files: 5, patch_bytes: 1000 } },
    codes: ['patch_too_large'],
  },
  {
    name: 'touching files changes nothing',
    engine: (d) => put(d, { 'src/app.js': BASE['src/app.js'] }),
    codes: ['no_diff'],
  },
];

describe('what an engine may try with its diff', () => {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  const plain = join(dir, 'plain');
  let open: Opened;
  beforeAll(async () => {
    open = await opened(repository(join(dir, 'repo'), BASE));
    git(dir, 'clone', '-q', '--no-checkout', join(dir, 'repo'), plain);
  });
  afterAll(() => {
    // Not rmSync: one of the paths is longer than a system call takes.
    execFileSync('rm', ['-rf', dir]);
  });

  it.each(ATTACKS.map((attack, n) => ({ ...attack, n })))(
    '$name',
    async ({ engine, rules, codes: expected, at, n }) => {
      const outcome = await playOn(open, join(dir, String(n)), engine, rules);
      expect(codes(outcome).sort()).toEqual([...expected].sort());
      for (const place of at ?? []) expect(places(outcome)).toContain(place);
      // Whatever was found: the patch says all of it, and plain git makes the recorded tree of it.
      expect(outcome.verified).toBe(outcome.result.tree);
      if (outcome.patchBytes > 0) {
        git(plain, 'read-tree', 'HEAD');
        git(plain, '-c', 'core.protectNTFS=false', 'apply', '--cached', outcome.patchFile);
        expect(git(plain, 'write-tree')).toBe(outcome.result.tree);
      }
    },
  );

  it('a socket is a left-over', async () => {
    const server = createServer();
    const outcome = await playOn(open, join(dir, 's'), (d) => server.listen(join(d, 'src/s')));
    server.close();
    expect(places(outcome)).toEqual(['no_diff patch.diff', 'unsafe_path src/s', 'dirty_ending_tree src/s']);
  });

  it('a path longer than the system allows is found, not lost', async () => {
    const outcome = await playOn(open, join(dir, 'long'), (d) => {
      const script =
        'mkdir -p long && cd long && n=$(printf "%0200d" 0) && for i in $(seq 25); do mkdir $n && cd $n; done && echo x > file';
      execFileSync('bash', ['-c', script], { cwd: d });
    });
    const found = outcome.inspection.findings.filter(({ message }) => message.includes('ENAMETOOLONG'));
    expect(found.map(({ code }) => code)).toEqual(['unsafe_path']);
    expect(codes(outcome)).toContain('dirty_ending_tree');
  });
});
