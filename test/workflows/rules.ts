/** What a runner like act cannot show (permissions, concurrency, environments, event types), and what no workflow of ours may do, as rules over the text of workflow files. */
import { readYaml } from '../../src/packet/index.ts';

export interface Step {
  name?: string;
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  shell?: string;
  with?: Record<string, unknown>;
  env?: Record<string, unknown>;
  'continue-on-error'?: unknown;
}

export interface Job {
  name?: string;
  if?: string;
  needs?: string | string[];
  uses?: string;
  secrets?: unknown;
  environment?: unknown;
  'runs-on'?: unknown;
  'timeout-minutes'?: unknown;
  'continue-on-error'?: unknown;
  permissions?: Record<string, string>;
  concurrency?: { group?: string };
  outputs?: Record<string, string>;
  steps?: Step[];
}

export interface Workflow {
  name?: string;
  on: Record<string, { types?: string[] } | null>;
  permissions?: unknown;
  concurrency?: unknown;
  jobs: Record<string, Job>;
}

export function parsed<T>(text: string): T {
  const reading = readYaml(text);
  if (!reading.ok) throw new Error(JSON.stringify(reading.errors));
  return reading.value as T;
}

/** Values that nobody but GitHub, this file or our own earlier steps can choose. Titles, bodies, branch names and logins are not among them. */
const CHOSEN_BY_US =
  /^(?:inputs\.[\w-]+|needs\.[\w-]+\.(?:result|outputs\.[\w-]+)|steps\.[\w-]+\.outputs\.[\w-]+|jobs\.[\w-]+\.outputs\.[\w-]+|runner\.temp|github\.(?:token|action_path|run_id|workflow|ref|event\.repository\.default_branch|event\.(?:issue|pull_request)\.number)|secrets\.signing-key|'[^']*')$/;

const expressionsIn = (text: string): string[] =>
  [...text.matchAll(/\$\{\{(.*?)\}\}/gs)].flatMap(([, inner = '']) => inner.split('||').map((part) => part.trim()));

const textsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(textsIn)
      : [];

/** Every expression outside `if`, which is evaluated and goes nowhere. */
function foreignExpressions(value: object): string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === 'if'
      ? []
      : typeof inner === 'object' && inner !== null
        ? foreignExpressions(inner)
        : textsIn(inner)
            .flatMap(expressionsIn)
            .filter((expression) => !CHOSEN_BY_US.test(expression)),
  );
}

/** Each `uses:` line names a commit and, for people, its version; or a file of the same commit. */
const loosePins = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => /^\s*(?:- )?uses:/.test(line))
    .filter((line) => !/uses: (?:\$\/|\.\/[\w./-]+|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d\S*)(?: #.*)?$/.test(line));

/** Each permission stands on a line of its own, with its reason. */
function unreasoned(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const indent = /^( +)permissions:$/.exec(line)?.[1];
    if (indent === undefined) return [];
    const below = lines.slice(index + 1);
    const end = below.findIndex((inner) => !inner.startsWith(`${indent}  `));
    return below.slice(0, end).filter((inner) => !/^ +[\w-]+: (?:read|write) # \S+/.test(inner));
  });
}

/** Another step does the work where this one could not. */
const isMadeUpFor = ({ id }: Step, steps: readonly Step[]): boolean =>
  steps.some((other) => other.if?.endsWith(` && steps.${id}.outcome != 'success'`));

const stepProblems = (at: string, step: Step, steps: readonly Step[]): string[] => [
  ...(step.name === undefined ? [`${at}: a step without a name`] : []),
  ...(step.run?.includes('${{') ? [`${at}: an expression in a script`] : []),
  ...(step['continue-on-error'] === undefined || isMadeUpFor(step, steps) ? [] : [`${at}: goes on after an error`]),
  ...(step.uses?.startsWith('actions/checkout@') ? checkoutProblems(at, step.with ?? {}) : []),
];

const checkoutProblems = (at: string, given: Record<string, unknown>): string[] => [
  ...(given['persist-credentials'] === false ? [] : [`${at}: leaves the token in the checkout`]),
  ...(given['ref'] === undefined || given['ref'] === '${{ github.event.repository.default_branch }}'
    ? []
    : [`${at}: checks out ${JSON.stringify(given['ref'])}`]),
  ...(given['repository'] === undefined ? [] : [`${at}: checks out another repository`]),
];

const usesEngine = ({ steps = [] }: Job): boolean => steps.some((step) => step.with?.['mode'] === 'run');

function jobProblems(id: string, job: Job): string[] {
  const called = job.uses !== undefined;
  const writes = Object.entries(job.permissions ?? {}).filter(([, level]) => level !== 'read');
  return [
    ...(job.name === undefined ? [`${id}: no name`] : []),
    ...(job.permissions === undefined ? [`${id}: no permissions of its own`] : []),
    ...(called || typeof job['timeout-minutes'] === 'number' ? [] : [`${id}: no time-out`]),
    ...(called || job['runs-on'] === 'ubuntu-24.04' || job['runs-on'] === '${{ inputs.runs-on }}'
      ? []
      : [`${id}: runs on ${String(job['runs-on'])}`]),
    ...(job.secrets === undefined ? [] : [`${id}: hands secrets on`]),
    ...(job.environment === undefined ? [] : [`${id}: takes an environment's secrets`]),
    ...(job['continue-on-error'] === undefined ? [] : [`${id}: goes on after an error`]),
    ...(usesEngine(job) && writes.length > 0
      ? [`${id}: runs an engine and may write ${writes.map(([name]) => name).join(', ')}`]
      : []),
    ...(usesEngine(job) && textsIn(job).some((text) => text.includes('secrets.'))
      ? [`${id}: runs an engine and reads a secret`]
      : []),
    ...(job.steps ?? []).flatMap((step, index) => stepProblems(`${id} step ${index + 1}`, step, [])),
  ];
}

/** All that is wrong with a workflow file; empty for one of ours. */
export function problemsOf(text: string): string[] {
  const workflow = parsed<Workflow>(text);
  const { jobs } = workflow;
  const isTop = !('workflow_call' in workflow.on);
  return [
    ...(workflow.name === undefined ? ['no name'] : []),
    ...(JSON.stringify(workflow.permissions) === '{}' ? [] : ['permissions for every job']),
    ...(isTop && workflow.concurrency === undefined ? ['no concurrency'] : []),
    ...Object.entries(jobs).flatMap(([id, job]) => jobProblems(id, job)),
    ...foreignExpressions(workflow).map((expression) => `takes ${expression}`),
    ...loosePins(text).map((line) => `not pinned: ${line.trim()}`),
    ...unreasoned(text).map((line) => `no reason: ${line.trim()}`),
    ...('pull_request_target' in workflow.on || !isTop ? untrustedCheckouts(jobs) : []),
  ];
}

/** Where a token that may write meets events of strangers, a checkout says what it takes: the default branch. */
const untrustedCheckouts = (jobs: Record<string, Job>): string[] =>
  Object.entries(jobs).flatMap(([id, { steps = [] }]) =>
    steps
      .filter((step) => step.uses?.startsWith('actions/checkout@') && step.with?.['ref'] === undefined)
      .map(() => `${id}: checks out whatever the event is about`),
  );

export interface Action {
  inputs: Record<string, { description?: string }>;
  outputs: Record<string, { description?: string; value?: string }>;
  runs: { using: string; steps: Step[] };
}

/** The same of a composite action. */
export function actionProblems(text: string): string[] {
  const { inputs, outputs, runs } = parsed<Action>(text);
  const described = Object.entries({ ...inputs, ...outputs });
  return [
    ...(runs.using === 'composite' ? [] : [`uses ${runs.using}`]),
    ...described.flatMap(([name, { description }]) => (description ? [] : [`${name}: no description`])),
    ...runs.steps.flatMap((step, index) => stepProblems(`step ${index + 1}`, step, runs.steps)),
    ...runs.steps.flatMap((step) =>
      step.run !== undefined && step.shell !== 'bash' ? [`${step.name}: no shell`] : [],
    ),
    ...foreignExpressions({ runs, outputs }).map((expression) => `takes ${expression}`),
    ...loosePins(text).map((line) => `not pinned: ${line.trim()}`),
  ];
}
