#!/usr/bin/env node
import { terminal } from './output.ts';
import { start } from './start.ts';

// A reader who has seen enough (`| head`) is no defect.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
const output = terminal(
  process.stdout,
  process.stderr,
  process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '',
);
process.exitCode = await start(process.argv.slice(2), output);
