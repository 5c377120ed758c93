import { writeFileSync } from 'node:fs';
import { type Attack, describeAttacks } from '../git/attacks.ts';
import { put } from '../git/fixture.ts';

const ATTACKS: Attack[] = [
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
];

describeAttacks('names', ATTACKS);
