import { dump } from 'js-yaml';
import { type Document, record } from './workflow.ts';

/** `owner/name@<commit>` that a workflow of ours is found under. */
export interface Self {
  repository: string;
  commit: string;
  /** What every job does last, for tests that look from there. */
  lastSteps?: readonly Document[];
  /** Jobs that are not run again, with their outputs. */
  kept?: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

const NEEDS = /\b(needs|jobs)\.([\w-]+)\.outputs\.([\w-]+)/g;
/** act leaves the outputs of a skipped job as they are written (`${{ … }}`); on GitHub they are empty. */
const emptyWhereSkipped = (expression: string): string =>
  expression.replaceAll(NEEDS, "($1.$2.result != 'skipped' && $1.$2.outputs.$3 || '')");

function expressions(value: unknown, key = ''): unknown {
  if (typeof value === 'string')
    return key === 'if' && !value.includes('${{')
      ? emptyWhereSkipped(value)
      : value.replaceAll(/\$\{\{.*?\}\}/gs, emptyWhereSkipped);
  if (Array.isArray(value)) return value.map((item) => expressions(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, expressions(item, name)]));
}

/** `$/path` is "this workflow's own repository at the running commit"; act does not know it yet. */
const own = (uses: unknown, { repository, commit }: Self): unknown =>
  typeof uses === 'string' && uses.startsWith('$/')
    ? `${repository}${uses === '$/' ? '' : uses.slice(1)}@${commit}`
    : uses;

/**
 * The first step of every job: GitHub gives each job a token of its own when it starts, act has one for all. This tells the harness which job starts, under which name, and
 * goes on when the token has that job's permissions; without an answer the job fails. bash alone: it costs two milliseconds.
 */
const BEGIN = `exec 3<>"/dev/tcp/127.0.0.1/\${RUNNER_CONTROL##*:}"
printf 'POST /begin/%s HTTP/1.0\\r\\nContent-Length: %d\\r\\n\\r\\n%s' "$RUNNER_JOB" "\${#RUNNER_JOB_NAME}" "$RUNNER_JOB_NAME" >&3
read -r _ code _ <&3 && [ "$code" = 200 ]`;

/** Shows what a later step sees. */
export const PROBE: Document = {
  name: 'Probe',
  id: 'probe',
  if: 'always()',
  shell: 'bash',
  run: 'env -0 | sort -z | base64 -w0; echo',
};

/** A job of an earlier attempt: its outputs, without its work. */
function keptJob(job: Document, outputs: Readonly<Record<string, string>>): Document {
  const names = Object.keys(outputs);
  const env = Object.fromEntries(names.map((name, n) => [`KEPT_${n}`, outputs[name]]));
  const lines = names.map((name, n) => `printf '%s=%s\\n' '${name}' "$KEPT_${n}" >> "$GITHUB_OUTPUT"`);
  return {
    ...job,
    outputs: Object.fromEntries(names.map((name) => [name, `\${{ steps.kept.outputs.${name} }}`])),
    steps: [{ name: 'Kept', id: 'kept', shell: 'bash', env, run: ['true', ...lines].join('\n') }],
  };
}

function began(id: string, value: unknown, self: Self): Document {
  const job = record(value);
  const steps = job['steps'];
  const kept = self.kept?.get(id);
  if (kept !== undefined) return keptJob(job, kept);
  if (!Array.isArray(steps)) return { ...job, uses: own(job['uses'], self) };
  const begin = {
    name: 'Begin',
    shell: 'bash',
    env: { RUNNER_JOB: id, RUNNER_JOB_NAME: job['name'] ?? id },
    run: BEGIN,
  };
  return {
    ...job,
    steps: [
      begin,
      ...steps.map((step: unknown) => ({ ...record(step), uses: own(record(step)['uses'], self) })),
      ...(self.lastSteps ?? []),
    ],
  };
}

/** The text of a workflow as act gets it. Besides what is said above nothing of it changes. */
export function adapted(document: Document, self: Self): string {
  const jobs = Object.entries(record(document['jobs'])).map(([id, job]) => [id, began(id, job, self)]);
  const whole = expressions({ ...document, jobs: Object.fromEntries(jobs) });
  return dump(JSON.parse(JSON.stringify(whole)), { lineWidth: -1, noRefs: true });
}
