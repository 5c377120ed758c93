import { EXIT } from '../contracts/index.ts';
import { main } from './main.ts';
import { say } from './outputs.ts';

void main(process.env).then(
  (code) => {
    process.exitCode = code;
  },
  // Not even the outputs could be set.
  (error: unknown) => {
    say(String(error));
    process.exitCode = EXIT.internal;
  },
);
