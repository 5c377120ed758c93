import type { Mutant } from '../mutant.ts';

const FORGERIES = { test: 'test/attacks/evidence-forgeries.test.ts' };
const VERIFY = 'src/evidence/verify/verify.ts';
const DOCUMENTS = 'src/evidence/verify/documents.ts';

/** Takes one check out of the list of `verify`; `next` is the one behind it, because some names stand in the imports too. */
const withoutCheck = (without: string, name: string, next: string): Mutant => ({
  without,
  file: DOCUMENTS,
  find: `  ${name},\n  ${next}`,
  replace: `  ${next}`,
  caughtBy: FORGERIES,
});

/** What `verify` compares, and what keeps an approval from being used twice. */
export const EVIDENCE: readonly Mutant[] = [
  withoutCheck('run id and documents belong together', 'identityErrors', 'decisionErrors,'),
  withoutCheck('the decision is decided again', 'decisionErrors', 'eventErrors,\n  traceErrors'),
  withoutCheck('events are a chain in their order', 'eventErrors', 'traceErrors'),
  withoutCheck('the patch is read again', 'changeErrors', 'verificationErrors'),
  withoutCheck('verification results are compared with the log and the packet', 'verificationErrors', 'findingErrors'),
  withoutCheck('the report is derived again', 'reportErrors', 'renderingErrors'),
  withoutCheck('report.md and statements are made again', 'renderingErrors', '('),
  {
    without: 'a pinned digest is compared',
    file: VERIFY,
    find: 'if (options.expect !== undefined && options.expect !== digest)',
    replace: 'if (options.expect === null)',
    caughtBy: FORGERIES,
  },
  {
    without: 'the patch is applied to the repository again',
    file: VERIFY,
    find: 'if (loaded && options.repo !== undefined)',
    replace: "if (loaded && options.repo === '')",
    caughtBy: FORGERIES,
  },
  {
    without: 'everything was written within the run',
    file: DOCUMENTS,
    find: 'freshnessErrors(list.written, members.inputs.identity.run_started_at',
    replace: 'freshnessErrors([], members.inputs.identity.run_started_at',
    caughtBy: FORGERIES,
  },
  {
    without: 'an approval is reserved by one run alone',
    file: 'src/run/approvals-used.ts',
    find: "nameOf(nonce)), 'wx', 0o600)",
    replace: "nameOf(nonce)), 'w', 0o600)",
    caughtBy: { test: 'test/run/approvals.test.ts' },
  },
  {
    without: 'keys stand once in JSON from outside',
    file: 'src/contracts/json.ts',
    find: 'if (names?.has(name)) {',
    replace: "if (names?.has('\\0')) {",
    caughtBy: { test: 'test/cli/validate.test.ts' },
  },
  {
    without: 'keys stand once in a packet, anchors and tags are refused',
    file: 'src/packet/reader.ts',
    find: 'const errors = [...own, ...characters, ...escaped];',
    replace: 'const errors = [...characters, ...escaped];',
    caughtBy: { test: 'test/attacks/contract-yaml.test.ts' },
  },
  {
    without: 'characters that nobody sees are refused',
    file: 'src/contracts/text.ts',
    find: "found.set(index, 'is not allowed: a reader cannot see what it does');",
    replace: '',
    caughtBy: { test: 'test/attacks/contract-text.test.ts' },
  },
  {
    without: 'look-alike letters are refused in identifiers',
    file: 'src/contracts/text.ts',
    find: "if (kind === 'identifier')\n    for",
    replace: "if (text === '')\n    for",
    caughtBy: { test: 'test/attacks/contract-text.test.ts' },
  },
  {
    without: 'lone surrogates have no canonical form',
    file: 'src/contracts/canonical.ts',
    find: '&& LONE_SURROGATE.test(text)) throw',
    replace: '&& text === LONE_SURROGATE.source) throw',
    caughtBy: { test: 'test/contracts/canonical.test.ts' },
  },
  {
    without: 'two files of a folder that are read under one name are refused',
    file: 'src/evidence/read/directory.ts',
    find: 'index > 0 && path === sorted[index - 1]',
    replace: 'index < 0 && path === sorted[index - 1]',
    caughtBy: { test: 'test/attacks/evidence-names.test.ts' },
  },
  {
    without: 'sums are UTF-8',
    file: 'src/evidence/verify/structure.ts',
    find: "if (!isUtf8(bytes)) return [invalid(SUMS, 'not UTF-8')];",
    replace: 'isUtf8(bytes);',
    caughtBy: { test: 'test/attacks/evidence-names.test.ts' },
  },
  {
    without: 'a report lists its files in canonical order',
    file: 'src/evidence/verify/report-lists.ts',
    find: 'path < last || ',
    replace: '',
    caughtBy: { test: 'test/attacks/evidence-names.test.ts' },
  },
];
