import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROBE } from './adapt.ts';
import { evidenceOf } from './evidence.ts';
import type { RanJob } from './log.ts';
import type { Played } from './runner.ts';
import { openStage, REPAIR, type Stage, type Step } from './stage.ts';

/** What a runner would take for commands, on every stream that an engine or a verification has. */
const COMMANDS = [
  '::set-env name=EVIL::1',
  '::set-output name=status::EVIL',
  '::add-path::/tmp/EVIL',
  '::error file=src/add.mjs,line=1::EVIL',
  '::warning::EVIL',
  '::notice title=EVIL::EVIL',
  '::add-mask::success',
  '::save-state name=EVIL::EVIL',
  '##[error]EVIL',
  '##[set-output name=status;]EVIL',
  '::stop-commands::EVIL-token',
  '\\r::error::EVIL',
  'x\\r\\n::error::EVIL',
];
const PRINT = `printf '%b\\n' ${COMMANDS.map((line) => `'${line}'`).join(' ')}`;

/** Looks for the runner's files by their variables, by the environment of every process, by their names, and by guessing; writes to whatever can be written. */
const FILES = `
for n in ENV PATH OUTPUT STATE STEP_SUMMARY EVENT_PATH; do v=GITHUB_$n; [ -n "\${!v:-}" ] && echo EVIL=1 >> "\${!v}"; done
cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n' | grep -E '^(GITHUB|ACTIONS|INPUT|RUNNER)_' | while IFS== read -r n v; do echo "EVIL=1" >> "$v"; done
find / -xdev \\( -name envs.txt -o -name pathcmd.txt -o -name outputcmd.txt -o -name statecmd.txt -o -name SUMMARY.md -o -name event.json -o -name 'set_env_*' \\) 2>/dev/null | while read -r f; do echo EVIL=1 >> "$f"; done
mkdir -p /tmp/EVIL /github/file_commands; echo EVIL=1 >> /github/file_commands/set_env_x
( setsid sleep 300 & ) ; ( nohup bash -c 'sleep 300; echo EVIL' & )
true`;

const HOSTILE: Step[] = [
  REPAIR,
  { spawn: { argv: ['/bin/bash', 'test/attack.sh'] } },
  { print: { text: `${COMMANDS.join('\n')}\n`, repeat: 3 } },
];
const ATTACK = `${PRINT}\n${PRINT} >&2\n${FILES}\n`;
const PROVED_BY_FORCE = {
  verification_commands: [{ name: 'unit', script: 'bash test/attack.sh; node test/add.mjs' }],
};

interface Seen {
  env: Record<string, string>;
  job: RanJob;
  run: Played;
}

async function seen(stage: Stage, packet: Record<string, unknown>): Promise<Seen> {
  stage.runner.set({ lastSteps: [PROBE] });
  const { runs } = await stage.packet(packet);
  const run = runs.find(({ jobs }) => jobs.has('run'));
  const job = run?.jobs.get('run');
  if (run === undefined || job === undefined) throw new Error('nothing ran');
  const probe = Buffer.from(job.output.trim().split('\n').at(-1) ?? '', 'base64').toString('utf8');
  const lines = probe.split('\0').filter((line) => line !== '');
  return { run, job, env: Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2))) };
}

let stages: Stage[];
let peaceful: Seen;
let hostile: Seen;
beforeAll(async () => {
  stages = [await openStage(), await openStage({ steps: HOSTILE, files: { 'test/attack.sh': ATTACK } })];
  const [first, second] = stages;
  if (first === undefined || second === undefined) throw new Error('unreachable');
  peaceful = await seen(first, {});
  hostile = await seen(second, PROVED_BY_FORCE);
});
afterAll(async () => {
  for (const stage of stages) await stage.close();
});

const outputs = ({ job }: Seen) =>
  job.steps
    .filter(({ stage }) => stage === 'Main')
    .map(({ id, result, outputs: all }) => [id, result, Object.keys(all).toSorted()]);

describe('a hostile engine and a hostile verification', () => {
  it('pass, so that what they did besides is all that differs', () => {
    expect(peaceful.job.result).toBe('success');
    expect(hostile.job.result).toBe('success');
    expect(hostile.run).toMatchObject({ conclusion: 'success', survivors: 0 });
  });

  it('were played: the evidence keeps what they printed', async () => {
    const [evidence] = stages[1] === undefined ? [] : await evidenceOf(stages[1]);
    for (const member of ['test.log', 'backend/*'])
      expect(execFileSync('unzip', ['-p', evidence?.archive ?? '', member], { encoding: 'latin1' })).toContain(
        '::error::EVIL',
      );
  });

  it('change no variable and no path of a later step', () => {
    expect(Object.keys(hostile.env)).toEqual(Object.keys(peaceful.env));
    expect(hostile.env['PATH']).toBe(peaceful.env['PATH']);
    expect(Object.entries(hostile.env).filter(([, value]) => value.includes('EVIL'))).toEqual([]);
  });

  it('change no output', () => {
    expect(outputs(hostile)).toEqual(outputs(peaceful));
    const values = hostile.job.steps.flatMap(({ outputs: all }) => Object.values(all));
    expect(values.filter((value) => value.includes('EVIL'))).toEqual([]);
    expect(hostile.job.steps.findLast(({ id, stage }) => id === 'run' && stage === 'Main')?.outputs['status']).toBe(
      'pass',
    );
  });

  it('make no annotation and add nothing to the summary', () => {
    for (const job of hostile.run.jobs.values()) {
      expect(job.annotations).toEqual([]);
      expect(job.summary).not.toContain('EVIL');
    }
  });

  it('leave no line that a runner could read as a command', () => {
    const lines = hostile.run.text.split('\n').filter((line) => /EVIL/.test(line));
    expect(lines).toEqual([]);
  });
});
