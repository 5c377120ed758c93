/**
 * A program for the tests: opens the sandbox as whoever runs it, runs the jobs it reads from standard input, and prints what happened as JSON. With
 * `hang` it runs one job and is meant to be killed.
 */
import { openSandbox } from '../../src/sandbox/index.ts';
import type { Job, JobResult } from './lab.ts';

async function main(): Promise<void> {
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  const { cgroups, jobs } = JSON.parse(text) as { cgroups: boolean; jobs: Job[] };
  const opened = await openSandbox({ env: process.env, cgroups });
  if (!opened.ok) {
    process.stdout.write(JSON.stringify({ finding: opened.finding }));
    return;
  }
  const results: JobResult[] = [];
  for (const job of jobs) {
    const cancel = new AbortController();
    const output = { stdout: '', stderr: '' };
    try {
      const outcome = await opened.sandbox.run(job.command, {
        signal: cancel.signal,
        output: (stream, chunk) => {
          output[stream] += chunk.toString('latin1');
          if (job.abortOnOutput) cancel.abort();
          if (job.announce) process.stderr.write('running\n');
        },
      });
      results.push({ outcome, ...output, error: null });
    } catch (error) {
      results.push({ outcome: null, ...output, error: String(error) });
    }
  }
  await opened.sandbox.close();
  process.stdout.write(JSON.stringify({ isolation: opened.sandbox.isolation, results }));
}

await main();
