import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExecutionRequest, type FakeScript, type Finding, validateExecutionRequest } from '../contracts/index.ts';
import { type Engine, INSIDE } from '../engines/index.ts';
import type { Workspace } from '../git/index.ts';
import type { Limits, Mount, Outcome, Sandbox } from '../sandbox/index.ts';
import { outcomeFinding } from './commands.ts';
import { emitted } from './emitted.ts';
import type { Log } from './log.ts';

export type Termination = 'exited' | 'harness_completed' | 'timeout' | 'killed' | null;

export interface ExecutionPlan {
  sandbox: Sandbox;
  engine: Engine;
  argv: readonly string[] | null;
  script: FakeScript | null;
  workspace: Workspace;
  request: ExecutionRequest;
  /** Read-only outputs of setup. */
  outputs: readonly Mount[];
  network: readonly string[];
  tools: readonly string[];
  limits: Limits;
  /** A private folder for this execution: request, the engine's own files, its report. */
  folder: string;
  stdout: Log;
  stderr: Log;
  signal?: AbortSignal;
}

export interface Execution {
  outcome: Outcome;
  termination: Termination;
  findings: Finding[];
  /** Host folder that was bound at INSIDE.out. What lies in it is untrusted. */
  out: string;
}

const terminationOf = (outcome: Outcome): Termination => {
  if (!outcome.started) return null;
  if (outcome.limit === 'time') return 'timeout';
  return outcome.ended === 'exited' ? 'exited' : 'killed';
};

/** Starts the engine in the sandbox with what its contract promises, and nothing else. The whole process tree is gone when this returns. */
export async function execute(plan: ExecutionPlan): Promise<Execution> {
  const out = join(plan.folder, 'out');
  await mkdir(out, { recursive: true });
  const request = join(plan.folder, 'request.json');
  await writeFile(request, emitted(validateExecutionRequest, plan.request));
  const launch = await plan.engine.launch({ argv: plan.argv, script: plan.script, folder: plan.folder });
  const { workspace } = plan;
  const mounts: Mount[] = [
    { source: workspace.dir, target: INSIDE.workspace, access: 'rw' },
    // Read-only as a whole: hooks and config alone could be moved away (4-facts.md).
    { source: join(workspace.dir, '.git'), target: `${INSIDE.workspace}/.git`, access: 'ro' },
    ...workspace.objectMounts.map(({ source, target }): Mount => ({ source, target, access: 'ro' })),
    ...plan.outputs,
    { source: out, target: INSIDE.out, access: 'rw' },
    { source: request, target: INSIDE.request, access: 'ro' },
    ...launch.files.map(({ source, target }): Mount => ({ source, target, access: 'ro' })),
  ];
  const outcome = await plan.sandbox.run(
    {
      argv: launch.argv,
      cwd: INSIDE.workspace,
      mounts,
      env: { CI: 'true', COUNTERSIGN_REQUEST: INSIDE.request, ...launch.env },
      tools: plan.tools,
      network: plan.network,
      limits: plan.limits,
    },
    {
      output: (stream, chunk) => (stream === 'stdout' ? plan.stdout : plan.stderr).write(chunk),
      ...(plan.signal ? { signal: plan.signal } : {}),
    },
  );
  if (outcome.limit === 'output') for (const log of [plan.stdout, plan.stderr]) log.cut();
  const found = outcomeFinding(
    outcome,
    'engine_failed',
    `the engine ${plan.engine.descriptor.id} did not end well`,
    'backend/',
  );
  return { outcome, termination: terminationOf(outcome), findings: found ? [found] : [], out };
}
