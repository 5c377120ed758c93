import type { Report } from '../contracts/index.ts';
import { legible, markdownText as text } from '../evidence/index.ts';
import { isPublished } from '../policy/index.ts';
import { OPEN_AGAIN } from './contract.ts';
import { aside, checkOf, code, fine, type Reason, wanting, wrong } from './reason.ts';
import { decisive } from './runs.ts';
import type { Annotation, CheckResult, EvidenceFacts, HeadFacts } from './types.ts';

const TITLE = {
  success: 'A run passed, and its evidence was verified',
  failure: 'The evidence does not hold',
  action_required: 'There is no evidence of a passing run yet',
} as const;

const RUN_AGAIN =
  'Run again: start the workflow *Countersign* by hand with the number of the issue. A run that needs an approval needs one that is unused.';

/** `countersign/evidence`: a pack of an accepted run on the opened commit, downloaded and verified again, whose run passed, and which is what the head is. */
export function evidenceCheck(facts: HeadFacts): CheckResult {
  const { evidence, refused } = facts;
  const passedOver = refused.slice(0, 20).map((why) => aside(`Passed over: ${text(why)}.`));
  if (evidence === null)
    return checkOf('evidence', TITLE, [
      wanting('No run has left evidence for this head.', 'A run starts when the packet is approved, or by hand.'),
      ...passedOver,
    ]);
  const reasons =
    evidence.errors.length > 0 ? evidence.errors.slice(0, 50).map(discrepancy) : packReasons(facts, evidence);
  const annotations = evidence.pack ? annotationsOf(evidence.pack.report) : [];
  return checkOf(
    'evidence',
    TITLE,
    [...reasons, ...leftOut(annotations), ...passedOver],
    annotations.slice(0, MOST_ANNOTATIONS),
  );
}

/** GitHub takes 50 in one request (docs.github.com/en/rest/checks/runs). */
const MOST_ANNOTATIONS = 50;
const leftOut = ({ length }: readonly Annotation[]): Reason[] =>
  length > MOST_ANNOTATIONS
    ? [aside(`${length - MOST_ANNOTATIONS} of ${length} findings are not shown beside the change; the pack has all.`)]
    : [];

const discrepancy = ({ code: id, message, at, fix }: EvidenceFacts['errors'][number]): Reason =>
  wrong(`${code(id)} ${text(message)} (${code(at)})`, text(fix));

function packReasons(facts: HeadFacts, evidence: EvidenceFacts): Reason[] {
  const { pack } = evidence;
  if (pack === null) return [wrong('The pack could not be read.', RUN_AGAIN)];
  const reasons = [...belongs(facts, evidence), ...verdictOf(pack.report)];
  if (pack.report.status === 'pass') reasons.push(...placed(facts, pack));
  return reasons;
}

/** A self-consistent pack of something else is no evidence of this (6-attacks.md, Evidence). */
function belongs(
  { opened, issue, repository, decision, records }: HeadFacts,
  { record, pack }: EvidenceFacts,
): Reason[] {
  if (pack === null) return [];
  const { report, facts, frozen } = pack;
  if (facts.protected.rules !== (decision.ok ? decision.decision.facts.protected.rules : 'unknown'))
    return [wrong('The evidence is of other rules than those of now.', OPEN_AGAIN)];
  const wanted: readonly (readonly [what: string, is: unknown, should: unknown])[] = [
    ['repository', facts.repository_name, repository],
    ['surface', facts.surface, 'github'],
    ['head', facts.head, opened?.sha ?? 'unknown'],
    ['base', report.base_commit, opened?.sha ?? 'unknown'],
    ['packet', report.packet_digest, issue?.packet.ok ? issue.packet.digest : 'unknown'],
    ['status', report.status, record.status],
    ['start of the engine', report.backend_process_started, record.started],
    ['run than the one that counts', record.packDigest, decisive(records)?.packDigest],
  ];
  const others = wanted.filter(([, is, should]) => is !== should);
  // A head gets one passing run: where that one does not do, only another head helps.
  const again = record.status === 'pass' ? OPEN_AGAIN : RUN_AGAIN;
  if (others.length > 0)
    return [wrong(`The evidence is of another ${others.map(([what]) => what).join(', ')}.`, again)];
  if (frozen) return [wrong('The run was made with SOURCE_DATE_EPOCH: its times prove nothing.', again)];
  return [fine(`Pack ${code(record.packDigest)} of run ${code(report.run_id)} was verified against the repository.`)];
}

function verdictOf(report: Report): Reason[] {
  if (report.status === 'pass') {
    const { length } = report.verification.filter(({ phase }) => phase === 'after');
    if (length === 0) return [fine('Nothing was to be verified; the packet says why.')];
    return [fine(`${length} verification ${length === 1 ? 'command' : 'commands'} passed in a fresh checkout.`)];
  }
  const make = report.status === 'fail' ? wrong : wanting;
  return report.blockers
    .slice(0, 50)
    .map(({ code: id, message, at, fix }) => make(`${code(id)} ${text(message)} (${code(at)})`, text(fix)))
    .concat(report.blockers.length === 0 ? [make('The run did not pass.', RUN_AGAIN)] : []);
}

function placed({ pull, opened }: HeadFacts, { report, resultCommit }: NonNullable<EvidenceFacts['pack']>): Reason[] {
  if (!isPublished(report.mutation_mode))
    return [fine('The result is a proposal: it is in the pack, and pushed nowhere.')];
  if (pull.head.sha === resultCommit)
    return [fine(`The head is commit ${code(pull.head.sha)}, which the evidence names.`)];
  return pull.head.sha === opened?.sha
    ? [
        wanting(
          'The result is not on the branch yet.',
          'Re-run the failed jobs of the run: publishing uses the same evidence.',
        ),
      ]
    : [wrong('The head is not the commit that the evidence names.', 'See `countersign/contract`.')];
}

/** Findings that lie in a changed file, for GitHub to show beside the change. */
export function annotationsOf({ blockers, changed_files, status }: Report): Annotation[] {
  const paths = new Set((changed_files ?? []).map(({ path }) => path));
  return blockers.flatMap(({ code: id, message, at }) => {
    const [, path = at, line] = /^(.*?):(\d{1,9})$/s.exec(at) ?? [];
    if (!paths.has(path)) return [];
    return [
      {
        path,
        line: line === undefined ? 1 : Math.max(1, Number(line)),
        level: status === 'fail' ? ('failure' as const) : ('warning' as const),
        title: id,
        message: legible(message),
      },
    ];
  });
}
