export type Environment = Readonly<Record<string, string | undefined>>;

/** What came of one scenario. `differences` are sentences; a scenario without any is `ok`. */
export interface ScenarioResult {
  id: string;
  ok: boolean;
  /** Null where the run was refused (exit 3). */
  status: 'pass' | 'fail' | 'blocked' | null;
  /** Codes, sorted, each once. */
  blockers: string[];
  differences: string[];
}

export interface ScenariosOptions {
  /** Where packs are kept, one folder per scenario id; without, they are temporary. */
  out?: string;
  env: Environment;
  signal?: AbortSignal;
  /** One line for people for each scenario that ended. */
  progress?: (line: string) => void;
}
