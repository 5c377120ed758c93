import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { DESCRIPTORS } from './arguments.ts';

/**
 * Outside: the shell limits file size, joins the groups by writing itself into them, and *becomes* bubblewrap. So no moment of the command lies outside
 * its group, which moving a started process cannot promise. `ulimit -f` counts 512-byte blocks (POSIX).
 */
const OUTER = `ulimit -c 0 && ulimit -f "$1" || exit 125
n=$2; shift 2
while [ "$n" -gt 0 ]; do echo 0 > "$1" || exit 125; shift; n=$((n-1)); done
exec "$@"`;

/**
 * Inside, the namespace's first process: it limits the number of processes (where no group does: set outside, it would stop bubblewrap itself), adopts
 * and reaps orphans, and passes the exit status on. Were the command itself the first process, the kernel would ignore the signals that it sends itself.
 * `exec` in a subshell, because a bare name could mean a builtin. `-u` is bash's and newer ash's name for the limit, `-p` dash's.
 */
const INIT = `if [ "$1" -gt 0 ]; then ulimit -u "$1" 2>/dev/null || ulimit -p "$1" || exit 125; fi
shift
(exec "$@")
exit $?`;

export interface LaunchPlan {
  bwrap: string;
  /** bubblewrap's options without the command. */
  options: readonly string[];
  argv: readonly string[];
  filter: Buffer;
  fileBytes: number;
  /** The process limit to set inside; 0 where a group holds it or nothing can. */
  processes: number;
  cgroupProcs: readonly string[];
}

export interface Launched {
  child: ChildProcess;
  stdout: Readable;
  stderr: Readable;
  /** What bubblewrap reported so far: the pid of the namespace's first process as we see it, and the exit code once the command really ran. */
  status: { childPid: number | null; exitCode: number | null };
  /** Settles with that pid, or with null when there never will be one. */
  begun: Promise<number | null>;
}

/** Starts bubblewrap with an empty environment (`/proc/1/environ` would show any other) and everything it needs on descriptors. */
export function launch(plan: LaunchPlan): Launched {
  const inner = ['/bin/sh', '-c', INIT, 'init', String(plan.processes), ...plan.argv];
  const blocks = Math.max(1, Math.floor(plan.fileBytes / 512));
  const child = spawn(
    '/bin/sh',
    [
      '-c',
      OUTER,
      'countersign',
      String(blocks),
      String(plan.cgroupProcs.length),
      ...plan.cgroupProcs,
      plan.bwrap,
      '--args',
      String(DESCRIPTORS.arguments),
      '--',
      ...inner,
    ],
    // A session of its own: Ctrl-C is for the harness, which ends the tree and seals the evidence.
    { env: {}, cwd: '/', detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'] },
  );
  const [, stdout, stderr, reports, filter, options] = child.stdio as unknown as [
    null,
    Readable,
    Readable,
    Readable,
    Writable,
    Writable,
  ];
  // The shell may end before it reads these; its exit code tells.
  for (const stream of [reports, filter, options]) stream.on('error', () => {});
  filter.end(plan.filter);
  options.end(plan.options.map((text) => `${text}\0`).join(''));
  const status: Launched['status'] = { childPid: null, exitCode: null };
  let text = '';
  const begun = new Promise<number | null>((resolve) => {
    reports.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      status.childPid = number(text, 'child-pid') ?? status.childPid;
      status.exitCode = number(text, 'exit-code') ?? status.exitCode;
      if (status.childPid !== null) resolve(status.childPid);
    });
    reports.on('close', () => resolve(status.childPid));
  });
  return { child, stdout, stderr, status, begun };
}

/** bubblewrap writes small JSON documents one after the other; only two whole numbers of them matter. */
function number(text: string, key: string): number | null {
  const match = new RegExp(`"${key}": (\\d+)[\\s,}]`).exec(text);
  return match ? Number(match[1]) : null;
}
