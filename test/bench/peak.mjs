/** Loaded into a measured program by `--import`: its last line of output says how much memory it ever had resident (proc(5), VmHWM). */
import { readFileSync, writeSync } from 'node:fs';

process.on('exit', () => {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  writeSync(1, `\npeak ${peak} kB\n`);
});
