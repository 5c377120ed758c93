import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { addLine, emptyRan, type Line, type Ran, readLine } from './log.ts';
import { ACT, BUNDLES, ROOT } from './places.ts';
import { PINS } from './pins.ts';
import { childrenOf, countMarked, killAll, signal } from './processes.ts';

/** What act is told. Jobs run one at a time: the token has one job's permissions at a time. */
export interface ActRequest {
  /** A folder of this run alone. */
  folder: string;
  /** Folder with the adapted workflow files, and which of them. */
  workdir: string;
  workflow: string;
  event: string;
  payload: unknown;
  /** Variables that GitHub gives to every step. */
  env: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
  /** `owner/name@<commit>` → folder. */
  repositories: Readonly<Record<string, string>>;
  actor: string;
  /** Folder with the `node` that steps find; by default that of the tests. */
  node?: string | undefined;
  onLine: (line: Line, act: RunningAct) => void;
}

export interface RunningAct {
  readonly ran: Ran;
  /** The runner is gone, from one moment to the next. */
  kill(): void;
  /** A person cancels: the step gets SIGINT, after 7.5 s SIGTERM, after 2.5 s more SIGKILL, as GitHub does; `always()` steps follow. */
  cancel(): void;
  /** The step that runs, or is about to, is killed: it crashed. */
  crash(): void;
  /** act itself is interrupted: it kills the step at once, and `always()` steps follow. */
  interrupt(): void;
}

const NODE = join(ROOT, 'node_modules/node/bin');

const STANDING = `
  -P ubuntu-24.04=-self-hosted -P ubuntu-22.04=-self-hosted -P ubuntu-latest=-self-hosted
  --container-daemon-socket - --no-cache-server --action-offline-mode --no-skip-checkout --json
  --env-file /dev/null --secret-file /dev/null --var-file /dev/null --input-file /dev/null
  --concurrent-jobs 1`
  .trim()
  .split(/\s+/);

/** What act says about itself. */
const NOISE = /^LocalRepositoryCache (?:matched|read)|(?:Run|Success -) (?:Pre|Post|Set up job|Complete job)/;

const pairs = (flag: string, values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);

function argumentsOf({ folder, workflow, event, env, secrets, repositories, actor }: ActRequest): string[] {
  const local = {
    ...Object.fromEntries(Object.entries(PINS).map(([name, pin]) => [`${name}@${pin}`, join(BUNDLES, name.slice(8))])),
    ...repositories,
  };
  return [
    event,
    `--workflows=${workflow}`,
    `--eventpath=${join(folder, 'event.json')}`,
    `--action-cache-path=${join(folder, 'runner')}`,
    `--actor=${actor}`,
    ...STANDING,
    ...pairs('--env', env),
    ...pairs('-s', secrets),
    ...pairs('--local-repository', local),
  ];
}

/** Runs act to its end. Everything of the caller's environment stays outside: act hands its own on to the steps. */
export async function runAct(request: ActRequest): Promise<Ran> {
  const { folder, workdir, payload, node = NODE, onLine } = request;
  for (const name of ['home', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'event.json'), JSON.stringify(payload));
  const mark = `RUNNER_MARK=${randomBytes(8).toString('hex')}`;
  const ran = emptyRan();
  const child = spawn(ACT, argumentsOf(request), {
    cwd: workdir,
    // A group of its own, or Ctrl-C in the test's terminal would be a cancellation.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${node}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOME: join(folder, 'home'),
      TMPDIR: join(folder, 'tmp'),
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_NOSYSTEM: '1',
      RUNNER_MARK: mark.slice(12),
    },
  });
  const pid = child.pid ?? -1;
  const later: NodeJS.Timeout[] = [];
  /** act's children are the steps; it says what it is going to start before it does. */
  const onSteps = (act: (all: (name: NodeJS.Signals) => void) => void): void => {
    const steps = childrenOf(pid);
    if (steps.length > 0) act((name) => steps.forEach((step) => signal(step, name)));
    else later.push(setTimeout(() => onSteps(act), 2));
  };
  const running: RunningAct = {
    ran,
    kill: () => killAll(mark),
    cancel: () =>
      onSteps((all) => {
        all('SIGINT');
        later.push(
          setTimeout(() => all('SIGTERM'), 7500),
          setTimeout(() => all('SIGKILL'), 10_000),
        );
      }),
    crash: () => onSteps((all) => all('SIGKILL')),
    interrupt: () => signal(pid, 'SIGINT'),
  };
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const ended = new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  try {
    for await (const text of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
      const line = readLine(text);
      if (line === null) continue;
      if (!NOISE.test(line.msg)) ran.text += `${line.jobID ?? ''} | ${line.msg.trimEnd()}\n`;
      addLine(ran, line);
      onLine(line, running);
    }
    ran.exitCode = await ended;
    ran.survivors = countMarked(mark);
  } finally {
    // A test that fails in the middle leaves nothing running.
    for (const timer of later) clearTimeout(timer);
    killAll(mark);
  }
  ran.text += stderr;
  return ran;
}
