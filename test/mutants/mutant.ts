/** What must fail when the check is gone: a scenario, or a test file (and of it, the tests whose names hold `name`). */
export type Catcher = { scenario: string } | { test: string; name?: string };

/** One check, and how to take it out of the code. */
export interface Mutant {
  /** What the code no longer does. */
  without: string;
  file: string;
  /** Exact text that stands in the file once; anything else is an error: the mutant is stale. */
  find: string;
  replace: string;
  caughtBy: Catcher;
}

export const catcherName = (catcher: Catcher): string =>
  'scenario' in catcher
    ? `scenario ${catcher.scenario}`
    : `${catcher.test}${catcher.name === undefined ? '' : ` (${catcher.name})`}`;

/** The text of a file with the mutant applied. Throws where the mutant is stale. */
export function mutate(mutant: Mutant, text: string): string {
  const parts = text.split(mutant.find);
  if (parts.length !== 2 || mutant.find === mutant.replace)
    throw new Error(`stale mutant: ${JSON.stringify(mutant.find)} stands ${parts.length - 1} times in ${mutant.file}`);
  return parts.join(mutant.replace);
}
