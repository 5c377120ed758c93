import type { Mutant } from '../mutant.ts';

const KERNEL = 'test/attacks/sandbox-kernel.test.ts';
const CONTAINMENT = 'test/attacks/sandbox-containment.test.ts';

/** Walls of the sandbox and rules of the relay. */
export const CONTAINMENT_MUTANTS: readonly Mutant[] = [
  {
    without: 'a network namespace of its own',
    file: 'src/sandbox/arguments.ts',
    find: "    '--unshare-net',\n",
    replace: '',
    caughtBy: { test: CONTAINMENT },
  },
  {
    without: 'a process namespace of its own',
    file: 'src/sandbox/arguments.ts',
    find: "    '--unshare-pid',\n",
    replace: '',
    caughtBy: { test: CONTAINMENT },
  },
  {
    without: '/ and /dev are read-only',
    file: 'src/sandbox/arguments.ts',
    find: ", '--remount-ro', '/dev', '--remount-ro', '/'",
    replace: '',
    caughtBy: { test: CONTAINMENT },
  },
  {
    without: 'temporary file systems have a size',
    file: 'src/sandbox/arguments.ts',
    find: "options.push('--size', String(size.tmp), '--perms', '1777', '--tmpfs', '/tmp');",
    replace: "options.push('--perms', '1777', '--tmpfs', '/tmp');",
    caughtBy: { test: 'test/attacks/sandbox-limits.test.ts' },
  },
  {
    without: 'sockets of other families are refused',
    file: 'src/sandbox/seccomp.ts',
    find: "  rule('socket', SOCKETS);\n",
    replace: '',
    caughtBy: { test: KERNEL },
  },
  {
    without: 'no namespaces inside the sandbox',
    file: 'src/sandbox/seccomp.ts',
    find: "  rule('unshare', refuseFlags(NEW_NAMESPACES | NEW_TIME));\n",
    replace: '',
    caughtBy: { test: KERNEL },
  },
  {
    without: 'programs of another machine type are killed',
    file: 'src/sandbox/seccomp.ts',
    find: 'step(JUMP_EQUAL, AUDIT_ARCH[arch], 1), give(KILL_PROCESS)',
    replace: 'step(JUMP_EQUAL, AUDIT_ARCH[arch], 1), give(ALLOW)',
    caughtBy: { test: KERNEL },
  },
  {
    without: 'output has a limit',
    file: 'src/sandbox/supervise.ts',
    find: "if (taken.length < chunk.length) stop('output');",
    replace: '',
    caughtBy: { scenario: 'findings/output-limit' },
  },
  {
    without: 'a time limit is told from a failure',
    file: 'src/run/commands.ts',
    find: "outcome.limit === 'time'",
    replace: 'outcome.limit === null',
    caughtBy: { scenario: 'matrix/timeout' },
  },
  {
    without: 'cancelling ends the tree',
    file: 'src/sandbox/supervise.ts',
    find: "  const abort = () => stop('aborted');",
    replace: "  const abort = () => stop('time');",
    caughtBy: { scenario: 'ends/cancelled' },
  },
  {
    without: 'the server name of TLS is the host of CONNECT',
    file: 'src/sandbox/relay/tunnel.ts',
    find: "reading.name === expected ? null : 'server_name_mismatch'",
    replace: "reading.name === '' ? 'server_name_mismatch' : null",
    caughtBy: { test: 'test/attacks/relay-tunnel.test.ts' },
  },
  {
    without: 'Host is the host of the URI',
    file: 'src/sandbox/relay/forward.ts',
    find: '|| !sameAuthority(host, authority)',
    replace: '',
    caughtBy: { test: 'test/attacks/relay-http.test.ts' },
  },
  {
    without: 'no private address behind an allowed name',
    file: 'src/sandbox/relay/address.ts',
    find: "return kind === (local ? 'loopback' : 'public');",
    replace: "return kind === (local ? 'loopback' : 'public') || kind === 'private';",
    caughtBy: { test: 'test/attacks/relay-http.test.ts' },
  },
  {
    without: 'link-local and metadata addresses are never reached',
    file: 'src/sandbox/relay/address.ts',
    find: "['169.254.0.0', 16], ",
    replace: '',
    caughtBy: { test: 'test/attacks/relay-http.test.ts' },
  },
];
