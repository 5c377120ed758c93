import { chmodSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Attack, BASE, describeAttacks } from '../git/attacks.ts';
import { put } from '../git/fixture.ts';

const ATTACKS: Attack[] = [
  { name: 'an ordinary change passes', engine: (d) => put(d, { 'src/app.js': 'one\nTWO\nthree\n' }), codes: [] },
  {
    name: '.gitmodules',
    engine: (d) => put(d, { '.gitmodules': '[submodule "x"]\n' }),
    codes: ['forbidden_path_change'],
  },
  {
    name: '.gitattributes',
    engine: (d) => put(d, { 'src/.gitattributes': '* -text\n' }),
    codes: ['forbidden_path_change'],
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
  { name: 'nothing at all', engine: () => undefined, codes: ['no_diff'] },
  { name: 'nothing at all, as expected', engine: () => undefined, rules: { expectsChanges: false }, codes: [] },
  {
    name: 'too many files',
    engine: (d) => put(d, Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((n) => [`src/${n}`, `${n}\n`]))),
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

describeAttacks('what may be changed', ATTACKS);
