/** What came of one run of act, read from its `--json` log. */
export interface Ran {
  exitCode: number | null;
  /** Processes that outlived act. */
  survivors: number;
  /** By job id, in the order in which they began; a skipped job is not there. */
  jobs: Map<string, RanJob>;
  /** Everything that was printed, for a failing test. */
  text: string;
}

export interface RanJob {
  id: string;
  result: 'success' | 'failure' | 'cut short';
  steps: RanStep[];
  /** What steps appended to GITHUB_STEP_SUMMARY, in order. */
  summary: string;
  annotations: Annotation[];
  /** Lines that steps printed, commands taken out. */
  output: string;
}

export interface RanStep {
  /** `run`, or `run/main` for a step within a composite action. */
  id: string;
  stage: 'Pre' | 'Main' | 'Post';
  name: string;
  result: string | null;
  outputs: Record<string, string>;
  /** Milliseconds, as act measured them. */
  took: number | null;
}

export interface Annotation {
  level: 'error' | 'warning' | 'notice';
  message: string;
  properties: Record<string, string>;
  step: string;
}

/** The members of a line that are read here (pkg/runner/{logger,command,job_executor,step}.go of act 0.2.89). */
export interface Line {
  msg: string;
  jobID?: string;
  jobResult?: string;
  step?: string;
  stepID?: string[];
  stage?: RanStep['stage'];
  stepResult?: string;
  executionTime?: number;
  command?: string;
  name?: string;
  arg?: string;
  content?: string;
  kvPairs?: Record<string, string> | null;
  raw_output?: boolean;
}

export const readLine = (text: string): Line | null => {
  if (!text.startsWith('{')) return null;
  const line = JSON.parse(text) as Line;
  return typeof line.msg === 'string' ? line : null;
};

export const emptyRan = (): Ran => ({ exitCode: null, survivors: 0, jobs: new Map(), text: '' });

function jobOf(ran: Ran, id: string): RanJob {
  const there = ran.jobs.get(id);
  if (there) return there;
  const job: RanJob = { id, result: 'cut short', steps: [], summary: '', annotations: [], output: '' };
  ran.jobs.set(id, job);
  return job;
}

function stepOf(job: RanJob, { stepID = [], stage = 'Main', step = '' }: Line): RanStep {
  const id = stepID.join('/');
  const there = job.steps.find((known) => known.id === id && known.stage === stage);
  if (there) return there;
  const fresh: RanStep = { id, stage, name: step, result: null, outputs: {}, took: null };
  job.steps.push(fresh);
  return fresh;
}

/** Adds one line to what is known of a run. Throws on what would make the test about something else. */
export function addLine(ran: Ran, line: Line): void {
  if (line.raw_output !== true && line.msg.startsWith('LocalRepositoryCache not matched'))
    throw new Error(`act went to the network for an action that no stand-in plays: ${line.msg}`);
  // A job that calls a workflow has lines of its own, about nothing that is asked here.
  if (line.jobID === undefined) return;
  if (line.jobResult !== undefined)
    jobOf(ran, line.jobID).result = line.jobResult === 'success' ? 'success' : 'failure';
  if (line.stepID === undefined) return;
  const job = jobOf(ran, line.jobID);
  const step = stepOf(job, line);
  if (line.stepResult !== undefined) {
    step.result = line.stepResult;
    step.took = line.executionTime === undefined ? null : line.executionTime / 1e6;
  }
  if (line.raw_output === true) job.output += line.msg;
  switch (line.command) {
    case 'set-output':
      if (line.name !== undefined) step.outputs[line.name] = line.arg ?? '';
      break;
    case 'summary':
      job.summary += line.content ?? '';
      break;
    case 'error':
    case 'warning':
    case 'notice':
      job.annotations.push({
        level: line.command,
        message: line.arg ?? '',
        properties: line.kvPairs ?? {},
        step: step.id,
      });
      break;
    default:
  }
}
