#!/usr/bin/env node
import { terminal } from './output.ts';
import { start } from './start.ts';
import { standardStream } from './streams.ts';

const noColor = process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '';
void start(process.argv.slice(2), terminal(standardStream(1), standardStream(2), noColor)).then((code) =>
  // What was to be written is written, and what was begun has ended; taking the heap apart first would cost 5 to 10 ms.
  process.exit(code),
);
