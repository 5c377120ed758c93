import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setSecret } from '@actions/core';
import { usage } from '../contracts/index.ts';
import type { Context } from './collect.ts';
import { sayFailure } from './failure.ts';
import { type Environment, type Inputs, readInputs } from './inputs.ts';
import { type Result, setOutputs } from './outputs.ts';
import { readRunner } from './runner.ts';

/** What an engine must never see, and what would change what we do: taken out before anything else is loaded (6-attacks.md, Runner). */
const STRIPPED =
  /^(?:INPUT_TOKEN|INPUT_SIGNING_KEY|ACTIONS_.*|GITHUB_TOKEN|GH_TOKEN|NODE_OPTIONS|BASH_ENV|LD_.*|GIT_.*)$/;
const stripped = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !STRIPPED.test(name)));

async function work(inputs: Inputs, env: Environment): Promise<Result> {
  if (inputs.mode === 'verify') return await (await import('./verify.ts')).verify(inputs);
  if (inputs.mode === 'sign') return await (await import('./sign.ts')).sign(inputs);
  if (inputs.token === '') throw usage('input token is missing', 'token', 'Give github.token.');
  setSecret(inputs.token);
  const runner = readRunner(env);
  const { openGitHub, repositoryOf } = await import('../github/index.ts');
  const folder = mkdtempSync(join(runner.temporary, 'countersign-'));
  const context: Context = {
    env: stripped(env),
    inputs,
    runner,
    github: openGitHub({ token: inputs.token, apiUrl: runner.apiUrl, repository: repositoryOf(runner.repository) }),
    folder,
    now: () => new Date().toISOString(),
  };
  const result = await inMode(context);
  // A pack stays for the upload step; the runner empties its temporary folder at the end of the job.
  if (result.pack === undefined) rmSync(folder, { recursive: true, force: true });
  return result;
}

async function inMode(context: Context): Promise<Result> {
  switch (context.inputs.mode) {
    case 'validate':
      return await (await import('./route.ts')).route(context);
    case 'open':
      return await (await import('./open.ts')).open(context);
    case 'run':
      return await (await import('./run.ts')).run(context);
    case 'publish':
      return await (await import('./publish.ts')).publish(context);
    default:
      return await (await import('./gate.ts')).gate(context);
  }
}

/** One step of the Action: reads its inputs, does its mode, sets every output on every path, and gives the exit code of 2-contracts.md. */
export async function main(env: Environment): Promise<number> {
  try {
    const result = await work(readInputs(env), env);
    setOutputs(result);
    return result.exitCode;
  } catch (error) {
    const result = sayFailure(error);
    setOutputs(result);
    return result.exitCode;
  }
}
