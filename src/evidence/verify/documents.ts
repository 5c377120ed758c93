import type { Finding } from '../../contracts/index.ts';
import { invalid } from '../layout.ts';
import { changeErrors } from './change-checks.ts';
import { renderingErrors, reportErrors } from './derived-checks.ts';
import type { Documents, Loaded } from './load.ts';
import { engineErrors, findingErrors, verificationErrors } from './outcome-checks.ts';
import {
  completionErrors,
  decisionErrors,
  eventErrors,
  extensionErrors,
  gateErrors,
  identityErrors,
  traceErrors,
} from './run-checks.ts';
import { freshnessErrors, manifestErrors } from './structure.ts';

export { complete, load } from './load.ts';

/** All that the documents of a pack say about each other. Pure. */
const AMONG_THEMSELVES: readonly ((documents: Documents) => Finding[])[] = [
  identityErrors,
  decisionErrors,
  eventErrors,
  traceErrors,
  extensionErrors,
  gateErrors,
  completionErrors,
  engineErrors,
];

/** And what they say about the files beside them. Pure. */
const ABOUT_FILES: readonly ((loaded: Loaded) => Finding[])[] = [
  changeErrors,
  verificationErrors,
  findingErrors,
  reportErrors,
  renderingErrors,
  ({ list, report, members }) =>
    freshnessErrors(list.written, members.inputs.identity.run_started_at, report.run_finished_at),
  ({ list, members, contents }) => (list.inexact ? manifestErrors(list.inexact, members.packet, contents) : []),
];

/** Data that keeps its contract and still cannot be judged (a pattern that is none, a date that is none) is a discrepancy, not a crash. */
function judged<T>(check: (documents: T) => Finding[], documents: T): Finding[] {
  try {
    return check(documents);
  } catch (error) {
    return [invalid('.', `what the pack says cannot be judged: ${(error as Error).message}`)];
  }
}

/** What can be said before the files are hashed. */
export const documentErrors = (documents: Documents): Finding[] =>
  AMONG_THEMSELVES.flatMap((check) => judged(check, documents));

/** What can only be said with their digests. */
export const fileErrors = (loaded: Loaded): Finding[] => ABOUT_FILES.flatMap((check) => judged(check, loaded));
