import { spawnSync } from 'node:child_process';
import { relative } from 'node:path';

const terminal = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (terminal ? `\u001b[${code}m${text}\u001b[0m` : text);
const word = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The environment of every command: the caller's, without what would change a run or git behind the reader's back. */
function environment() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(GIT_|COUNTERSIGN_(?!BWRAP)|SOURCE_DATE_EPOCH)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: 'Demo',
    GIT_AUTHOR_EMAIL: 'demo@example.invalid',
    GIT_COMMITTER_NAME: 'Demo',
    GIT_COMMITTER_EMAIL: 'demo@example.invalid',
    // The base commit, and with it the digest that Alice would approve, is the same every time.
    GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
    GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
  };
}

/** Prints the demo and keeps count of what did not come out as it should. */
export class Show {
  #root;
  #env = environment();
  #steps = 0;
  #wrong = [];

  /** @param {string} root the checkout: where commands run unless they say otherwise */
  constructor(root) {
    this.#root = root;
  }

  title(text) {
    console.log(`\n${paint('1', text)}\n${'─'.repeat(text.length)}`);
  }

  say(...lines) {
    for (const line of lines) console.log(line);
  }

  hint(command, why) {
    console.log(`  ${paint('36', command)}\n      ${why}`);
  }

  /** Says whether something that must hold does. */
  expect(holds, what) {
    this.#steps += 1;
    if (!holds) this.#wrong.push(what);
    console.log(`  ${holds ? paint('32', '✓') : paint('31', '✗ NOT TRUE:')} ${what}`);
  }

  /** Runs a command, shown as one would type it, with its output; it must end with the given exit code. Returns its standard output. */
  command(exit, argv, cwd = this.#root) {
    const folder = relative(this.#root, cwd);
    console.log(`${folder === '' ? '' : paint('2', `(${folder}) `)}${paint('36', `$ ${argv.map(word).join(' ')}`)}`);
    const { status, stdout, stderr } = spawnSync(argv[0], argv.slice(1), {
      cwd,
      env: this.#env,
      encoding: 'utf8',
      input: '',
    });
    for (const line of `${stdout}${stderr}`.trimEnd().split('\n')) if (line !== '') console.log(`  ${line}`);
    this.#steps += 1;
    if (status !== exit) {
      this.#wrong.push(argv.join(' '));
      console.log(paint('31', `  ✗ exit code ${status}, and ${exit} was expected`));
    } else if (exit !== 0) console.log(paint('2', `  (exit code ${exit}, as it should be)`));
    return stdout;
  }

  /** Runs a command without showing it. It must work. */
  quietly(cwd, argv) {
    const { status, stdout, stderr } = spawnSync(argv[0], argv.slice(1), { cwd, env: this.#env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** The last line, and the exit code of the demo. */
  ended() {
    for (const what of this.#wrong) console.log(paint('31', `not as it should be: ${what}`));
    console.log(
      `\n${this.#wrong.length === 0 ? paint('32', `All ${this.#steps} steps came out as they should.`) : `${this.#wrong.length} of ${this.#steps} steps did not.`}`,
    );
    return this.#wrong.length === 0 ? 0 : 1;
  }
}
