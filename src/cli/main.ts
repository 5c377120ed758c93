#!/usr/bin/env node
import { terminal } from './output.ts';
import { start } from './start.ts';
import { standardStream } from './streams.ts';

const noColor = process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '';
void start(process.argv.slice(2), terminal(standardStream(1), standardStream(2), noColor)).then((code) => {
  process.exitCode = code;
});
