import type { ExitCode } from '../contracts/index.ts';
import { type RunResult, runPacket } from '../run/index.ts';
import { type Output, oneLine } from './output.ts';
import type { Register } from './program.ts';
import { type RequestFlags, requestOf, requestOptions } from './request.ts';

const VERDICT: Record<RunResult['status'], (out: Output) => string> = {
  pass: (out) => out.green('PASS'),
  fail: (out) => out.red('FAIL'),
  blocked: (out) => out.yellow('BLOCKED'),
};

/** The verdict, every blocker with its fix, where the pack lies, and what to type next. */
function present(out: Output, { status, run_id, blockers, pack, pack_digest }: RunResult): string {
  const lines = [`${out.bold(VERDICT[status](out))} ${run_id}`];
  for (const { code, message, at, fix } of blockers)
    lines.push(`  ${out.bold(code)} ${oneLine(message)} ${out.dim(`(${oneLine(at)})`)}`, `    ${oneLine(fix)}`);
  if (pack === null) lines.push('no evidence pack could be written');
  else
    lines.push(
      '',
      `pack    ${pack}`,
      `digest  ${pack_digest}`,
      '',
      `countersign show ${pack}`,
      `countersign verify ${pack} --expect ${pack_digest}`,
    );
  return lines.join('\n');
}

export const register: Register = (program, { out, json, exit, argv: given }) => {
  requestOptions(program.command('run'))
    .summary('run a packet and leave an evidence pack')
    .description(
      'Admits the packet, runs the engine on a copy in the sandbox, inspects and verifies the result, and seals an evidence pack, also when it is\n' +
        'blocked, fails, crashes or is interrupted. Never touches the repository. Exits 0 pass, 1 fail, 2 blocked, 3 invalid, 70 internal error.',
    )
    .argument('<file>', 'the packet; - reads standard input')
    .argument('[argv...]', 'behind --: what the engine command runs')
    .option('--out <dir>', 'where packs go (default: the state directory); never inside the repository')
    .action(async (file: string, argv: string[], flags: RequestFlags & { out?: string }) => {
      const request = requestOf(file, argv, flags, given);
      const abort = new AbortController();
      const cancel = (): void => {
        if (!abort.signal.aborted) out.note('cancelling: killing the process tree and sealing the pack …');
        abort.abort();
      };
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, cancel);
      const result = await runPacket({
        ...request,
        ...(flags.out === undefined ? {} : { out: flags.out }),
        signal: abort.signal,
        progress: (line) => {
          if (out.live) out.note(out.dim(`· ${line}`));
        },
      });
      // The failure matrix wants the path told where no pack can tell it.
      if (result.pack === null) for (const { message } of result.blockers.slice(-1)) out.note(oneLine(message));
      if (json) out.json(result);
      else out.result(present(out, result));
      exit(result.exit_code as ExitCode);
    });
};
