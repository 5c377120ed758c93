import { appendFileSync } from 'node:fs';
import { error as errorAnnotation, notice, setOutput, warning } from '@actions/core';
import type { Annotation } from '../checks/index.ts';
import { legible } from '../evidence/index.ts';

/** What a mode found, as the Action's outputs (action.yml) and the ones that its own steps pass on. Every path sets every output. */
export interface Result {
  status: 'pass' | 'fail' | 'blocked' | 'waiting' | 'none' | 'error';
  exitCode: number;
  runId?: string | undefined;
  packetId?: string | undefined;
  packetDigest?: string | undefined;
  packDigest?: string | undefined;
  blockers?: readonly string[];
  resultTree?: string | undefined;
  /** For later jobs: what to do next, and with what. */
  next?: 'none' | 'open' | 'run' | 'publish' | 'gate';
  issue?: number | undefined;
  pull?: number | undefined;
  bodyDigest?: string | undefined;
  started?: boolean;
  /** For the upload step: the folder of the pack, and the artifact's name. */
  pack?: string | undefined;
  artifactName?: string | undefined;
}

/** Sets all outputs; what a mode says nothing about is empty. */
export function setOutputs(result: Result): void {
  const values: Readonly<Record<string, string>> = {
    status: result.status,
    'run-id': result.runId ?? '',
    'packet-id': result.packetId ?? '',
    'packet-digest': result.packetDigest ?? '',
    'pack-digest': result.packDigest ?? '',
    blockers: JSON.stringify(result.blockers ?? []),
    'result-tree': result.resultTree ?? '',
    next: result.next ?? 'none',
    issue: String(result.issue ?? ''),
    pull: String(result.pull ?? ''),
    'body-digest': result.bodyDigest ?? '',
    started: result.started ? 'started' : 'unstarted',
    pack: result.pack ?? '',
    'artifact-name': result.artifactName ?? '',
  };
  for (const [name, value] of Object.entries(values)) setOutput(name, value);
}

/** A line in the log that no runner takes for a command, whatever it holds. */
export const say = (line: string): void => {
  process.stdout.write(`${legible(line)}\n`);
};

/** GitHub shows ten of each level for a step. */
const MOST_ANNOTATIONS = 10;

export function annotate(annotations: readonly Annotation[]): void {
  const write = { failure: errorAnnotation, warning, notice };
  for (const { path, line, level, title, message } of annotations.slice(0, MOST_ANNOTATIONS))
    write[level](legible(message), { file: path, startLine: line, title: legible(title) });
}

/** GitHub takes 1 MiB for a step (docs.github.com, Workflow commands): as many characters of three bytes each, which is the most that one takes. */
const MOST_SUMMARY = Math.floor((1 << 20) / 3);

/** Appends to the summary of the job. It is for readers alone: one that cannot be written is said, and takes nothing else with it. */
export function summarize(markdown: string): void {
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (!file) return;
  try {
    const shown =
      markdown.length > MOST_SUMMARY
        ? `${markdown.slice(0, markdown.lastIndexOf('\n', MOST_SUMMARY))}\n\n… cut\n`
        : markdown;
    appendFileSync(file, `${shown}\n`);
  } catch (error) {
    say(`The summary could not be written: ${String(error)}`);
  }
}
