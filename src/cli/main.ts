#!/usr/bin/env node
import { terminal } from './output.ts';
import { start } from './start.ts';
import { standardStream } from './streams.ts';

const argv = process.argv.slice(2);
const noColor = process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '';
void start(argv, terminal(standardStream(1), standardStream(2), noColor)).then((code) => {
  process.exitCode = code;
  // `validate` has written what it was to write and begun nothing else; taking its heap apart first would cost 5 to 10 ms. Nothing that works longer leaves this way: a thread of V8 that
  // compiles in the background may wait for this one to collect garbage, while `exit` waits for that thread (seen in a verification; docs/adr/0087).
  if (argv[0] === 'validate' && process.uptime() < 1) process.exit();
});
