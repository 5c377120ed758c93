import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Case } from './case.ts';
import { fetchPackage } from './registry.ts';

const ROOT = join(import.meta.dirname, '../..');
/** npm as a setup command: only what the lock file or the manifest names, no scripts of packages, nothing but the registry. */
const npm = (command: string, url: string): string =>
  `{ name: npm, run: [npm, ${command}, --ignore-scripts, --no-audit, --no-fund, --registry, "${url}"], timeout_seconds: 600 }`;

/** A change of one file by a program of one line: what an agent does, without the agent. */
const rewrite = (file: string, from: string, to: string): string[] => [
  'node',
  '-e',
  `const fs = require('fs'); const [file, from, to] = process.argv.slice(1); const text = fs.readFileSync(file, 'utf8');
if (!text.includes(from)) throw new Error('nothing to change'); fs.writeFileSync(file, text.replace(from, () => to));`,
  file,
  from,
  to,
];

const minimist: Case = {
  id: 'minimist-no-arguments',
  title: 'minimist() without arguments is minimist([])',
  fetch: (folder) => fetchPackage('minimist', '1.2.8', folder),
  extra: {
    '.gitignore': 'node_modules/\n',
    'test/no_arguments.js': `'use strict';

var parse = require('../');
var test = require('tape');

test('without arguments', function (t) {
\tt.deepEqual(parse(), { _: [] });
\tt.end();
});
`,
  },
  packet: ({ url, endpoint }) => `
allowed_paths: [index.js]
forbidden_paths: [test/]
setup:
  commands: [${npm('install, --no-package-lock', url)}]
  outputs: [node_modules/]
  inputs: [package.json]
  network: ["${endpoint}"]
verification_commands:
  - { name: tests, script: "node_modules/.bin/tape 'test/**/*.js'", expect_before: fail }
  - { name: manifest, run: [node, -e, "require('./package.json')"], expect_before: pass }
`,
  argv: rewrite(
    'index.js',
    'module.exports = function (args, opts) {',
    'module.exports = function (args, opts) {\n\tif (!args) { args = []; }',
  ),
  expected: 'pass',
};

const qs: Case = {
  id: 'qs-parameter-limit',
  title: 'The error of parameterLimit says what to do',
  fetch: (folder) => fetchPackage('qs', '6.14.0', folder),
  extra: { '.gitignore': 'node_modules/\n' },
  packet: ({ url, endpoint }) => `
allowed_paths: [lib/parse.js]
forbidden_paths: [test/]
limits: { timeout_seconds: 900, changed_files: 1 }
setup:
  commands:
    - { name: without-git-dependencies, run: [npm, pkg, delete, devDependencies.evalmd, devDependencies.eclint] }
    - ${npm('install, --no-package-lock', url)}
  outputs: [node_modules/]
  inputs: [package.json]
  network: ["${endpoint}"]
verification_commands:
  - { name: tests, script: "node_modules/.bin/tape 'test/**/*.js'", timeout_seconds: 300, expect_before: pass }
`,
  argv: rewrite('lib/parse.js', "' allowed.')", "' allowed; raise parameterLimit to allow more.')"),
  expected: 'fail',
};

const countersign: Case = {
  id: 'countersign-itself',
  title: 'A word in the changelog of Countersign',
  fetch: (folder) => {
    execFileSync('git', ['clone', '-q', '--no-hardlinks', ROOT, join(folder, 'countersign')]);
    return join(folder, 'countersign');
  },
  extra: {},
  packet: ({ url, endpoint }) => `
allowed_paths: [CHANGELOG.md]
forbidden_paths: [src/, dist/, schemas/]
limits: { timeout_seconds: 900, memory_mib: 6144, processes: 512, disk_mib: 8192 }
setup:
  commands: [${npm('ci', url)}]
  outputs: [node_modules/]
  inputs: [package.json, package-lock.json]
  network: ["${endpoint}"]
verification_commands:
  - { name: types, run: [node_modules/.bin/tsc, --noEmit], timeout_seconds: 300 }
  - { name: tests, script: "node --experimental-vm-modules node_modules/jest/bin/jest.js test/packet test/policy test/contracts", timeout_seconds: 600 }
`,
  argv: rewrite('CHANGELOG.md', '## Unreleased', '## Unreleased\n\nUsed on its own repository: docs/field-notes.md.'),
  expected: 'pass',
};

export const cases: readonly Case[] = [minimist, qs, countersign];
