import type { EngineEvent, FakeScript } from '../contracts/index.ts';

export type EngineEventType = EngineEvent['type'];

/** What the gates need to know of an engine, without starting it. */
export interface EngineDescriptor {
  id: string;
  /** Of the adapter; part of the engine digest. */
  version: string;
  uses_model: boolean;
  /** Events it declares and must therefore emit, in order; empty for engines without events of their own. */
  events: readonly EngineEventType[];
  /** Whether the engine writes the execution report itself; the harness does it for the others. */
  writes_report: boolean;
  /** Whether a supervisor may stop it after valid work (`case` alone). */
  lifecycle: boolean;
}

/** Where things are inside the sandbox. The same for every engine and every run, so that nothing of this machine reaches one. */
export const INSIDE = {
  workspace: '/workspace',
  request: '/countersign/request.json',
  out: '/countersign/out',
  report: '/countersign/out/execution-report.json',
  events: '/countersign/out/events.jsonl',
} as const;

/** What a run knows when it starts an engine. */
export interface LaunchContext {
  /** The argv after `--`, or from the config; null when there is none. Only `command` reads it. */
  argv: readonly string[] | null;
  /** The validated script of the packet's `engine.script`; null when there is none. Only `fake` reads it. */
  script: FakeScript | null;
  /** A private folder of the harness for files that a launch binds in. */
  folder: string;
}

/** How to start an engine in the sandbox: nothing here has run yet. */
export interface Launch {
  argv: string[];
  env: Record<string, string>;
  /** Extra files bound read-only. */
  files: { source: string; target: string }[];
}

export interface Engine {
  descriptor: EngineDescriptor;
  launch(context: LaunchContext): Promise<Launch>;
}
