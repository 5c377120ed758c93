/**
 * `npm run demo`: three packets on a real repository with real tests: a run that passes, one that is blocked, one that fails. Then the first pack is
 * verified twice, with Countersign and without it. Exit code 0 only if every step ended as it should.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Show } from './show.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const place = join(root, '.tmp/demo');
const [repository, packs] = [join(place, 'uploader'), join(place, 'packs')];
const show = new Show(root);
const packets = 'docs/examples';

rmSync(place, { recursive: true, force: true });
mkdirSync(packs, { recursive: true });

show.title('A repository with tests, one of which is red');
cpSync(join(root, 'docs/examples/demo/project'), repository, { recursive: true });
show.quietly(repository, ['git', 'init', '-q', '-b', 'main']);
show.quietly(repository, ['git', 'add', '-A']);
show.quietly(repository, ['git', 'commit', '-q', '-m', 'Uploader, with a test for what it should do']);
const before = snapshot(repository);
show.say(
  'upload() asks a busy server again for ever. Three packets ask for that to be changed:',
  'each says what may change, what may not, and how the result is proved.',
);
for (const packet of ['limit-retries', 'shorten-retries', 'quick-fix'])
  show.command(0, ['node', 'dist/cli.js', 'validate', `${packets}/${packet}.md`]);

show.title('1. A run that passes');
show.say('The scripted engine plays the part of a coding agent, in a sandbox without network.');
const passed = run('limit-retries', 'pass', 0);
show.say('The change that it proposes (nothing was pushed, merged or written to the repository):');
show.command(0, ['cat', `${passed.path}/patch.diff`]);

show.title('2. A run that is blocked');
show.say('This packet wants a yes from Alice first. Nobody gave it, so nothing was started:');
const blocked = run('shorten-retries', 'blocked', 2);
show.expect(blocked.report.backend_process_started === false, 'the engine was not started');
show.expect(codes(blocked).includes('approval_missing'), 'the blocker is approval_missing');

show.title('3. A run that fails');
show.say(
  'An agent of our own, one that cheats: it skips the red test and edits a file that is off limits.',
  'Its tests are green. The harness looks at the change itself:',
);
const failed = run('quick-fix', 'fail', 1, ['--engine', 'command', '--', 'node', 'agent/eager.mjs']);
show.expect(codes(failed).includes('forbidden_path_change'), 'the blocker is forbidden_path_change');
show.expect(
  failed.report.verification.some(({ phase, result }) => phase === 'after' && result === 'pass'),
  'its tests did pass',
);

show.title('Is it true? Ask Countersign');
for (const { path } of [passed, blocked, failed]) show.command(0, ['node', 'dist/cli.js', 'verify', path]);

show.title('Is it true? Ask nobody: sha256sum and git alone');
show.say(`Every file of the pack is what was sealed; sha256sum says nothing when all is well:`);
show.command(0, ['sha256sum', '--check', '--quiet', 'SHA256SUMS'], join(root, passed.path));
show.say('And the patch, applied to the recorded base, gives the recorded tree:');
const check = '.tmp/demo/check';
const patch = relative(join(root, check), join(root, passed.path, 'patch.diff'));
show.command(0, ['git', 'clone', '--quiet', '.tmp/demo/uploader', check]);
show.command(0, ['git', 'checkout', '--quiet', passed.report.base_commit], join(root, check));
show.command(0, ['git', 'apply', '--index', patch], join(root, check));
const tree = show.command(0, ['git', 'write-tree'], join(root, check)).trim();
show.expect(tree === passed.report.result_tree, `that is result_tree of report.json: ${passed.report.result_tree}`);

show.title('What happened to the repository itself: nothing');
show.expect(snapshot(repository) === before, 'work tree, index, refs and config are byte for byte as before');

show.title('The packs');
for (const { path, report } of [passed, blocked, failed])
  show.say(`${report.status.padEnd(7)} ${report.case_id.padEnd(15)} ${path}`);
show.say('', 'What to try next:');
show.hint(`node dist/cli.js show ${failed.path}`, 'a pack, told in one screen');
show.hint(
  `node dist/cli.js decide ${packets}/shorten-retries.md --repo .tmp/demo/uploader`,
  'every gate, and what would open it',
);
show.hint(`echo x >> ${passed.path}/patch.diff; node dist/cli.js verify ${passed.path}`, 'evidence that was touched');
show.hint('node dist/cli.js scenarios run matrix', 'the twelve ways in which a run can go wrong');
show.say('', 'How to write a packet: docs/packet.md. How it all works: README.md.');
process.exitCode = show.ended();

/** One run that must end with this status and exit code. Returns its pack (relative to the checkout) and report. */
function run(packet, status, exit, more = []) {
  const known = new Set(readdirSync(packs));
  const file = `${packets}/${packet}.md`;
  show.command(exit, [
    'node',
    'dist/cli.js',
    'run',
    file,
    '--repo',
    '.tmp/demo/uploader',
    '--out',
    '.tmp/demo/packs',
    ...more,
  ]);
  const made = readdirSync(packs).filter((name) => !known.has(name) && existsSync(join(packs, name, 'report.json')));
  show.expect(made.length === 1, 'the run left one pack');
  if (made.length !== 1) process.exit(show.ended());
  const report = JSON.parse(readFileSync(join(packs, made[0], 'report.json'), 'utf8'));
  show.expect(report.status === status, `the status is ${status}`);
  return { path: `.tmp/demo/packs/${made[0]}`, report };
}

function codes({ report }) {
  return report.blockers.map(({ code }) => code);
}

/** Every file of a folder with mode and content, `.git` included: for "nothing was touched". */
function snapshot(folder) {
  return show.quietly(folder, [
    'sh',
    '-c',
    'find . -printf "%p %m %l\\n" | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum',
  ]);
}
