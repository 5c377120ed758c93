import type { AdmissionSource, Decision } from '../contracts/index.ts';
import type { Case } from './case.ts';
import { atLeast } from './modes.ts';
import { lapsed } from './term.ts';
import type { Facts } from './types.ts';
import { missing, notApplicable, passed, type Verdict } from './verdict.ts';

export interface SourceVerdict {
  status: Decision['source_admission_status'];
  verdict: Verdict;
}

const not = (status: SourceVerdict['status'], reason: string, fix: string): SourceVerdict => ({
  status,
  verdict: missing('source_not_admitted', reason, fix),
});

/** Gate `source` (7-ladder.md, Source): whether the engine that is really there is the one that people admitted, for this mode. */
export function judgeSource(it: Case): SourceVerdict {
  const { engine, mode, own } = it;
  if (!engine || !mode)
    return { status: 'not_applicable', verdict: notApplicable('There is no engine or mode to judge.') };
  if (engine.kind === 'baseline')
    return { status: 'not_applicable', verdict: notApplicable('fake is part of the harness.') };
  if (engine.id === 'command' && !atLeast(mode, 'sandbox-repo'))
    return {
      status: 'not_applicable',
      verdict: notApplicable('command needs a source admission from sandbox-repo up.'),
    };
  if (own.source === null)
    return not(
      'missing',
      `engines.${engine.id}.source names no admission`,
      `Record a source admission and name it in engines.${engine.id}.source.`,
    );
  if (it.source.state === 'absent')
    return not(
      'missing',
      `the source admission ${own.source} does not exist`,
      `Record .countersign/admissions/${own.source}.json on the protected ref.`,
    );
  if (it.source.state === 'invalid')
    return not(
      'mismatch',
      `the source admission ${own.source} cannot be used: ${it.source.why}`,
      'Correct the record on the protected ref.',
    );
  return judgeRecord(it, it.source.admission);
}

function judgeRecord(it: Case, admission: AdmissionSource): SourceVerdict {
  const { mode } = it;
  const over = lapsed(admission, it.circumstances);
  if (over)
    return not(
      'expired',
      `the source admission ${admission.id} ${over}`,
      'Review the source and record the admission again.',
    );
  const differs = difference(admission, it.facts);
  if (differs)
    return not(
      'mismatch',
      `the source admission ${admission.id} does not fit: ${differs}`,
      'Install exactly what was admitted, or admit what is installed.',
    );
  const update = updateLack(admission, it.facts);
  if (update)
    return not(
      'not_admitted',
      update,
      'Run the applicable fixtures with the new version, review the licence, and record both under update.',
    );
  if (!mode || !admission.allowed_mutation_modes.includes(mode))
    return not(
      'not_admitted',
      `the source admission ${admission.id} does not cover the mode ${mode}`,
      'Admit the source for this mode, or choose a mode that it covers.',
    );
  if (admission.status !== 'admitted') {
    // 7-ladder.md: copied-fixture may run not_admitted, and says so. `none` changes even less (docs/adr/0041).
    return atLeast(mode, 'sandbox-repo')
      ? not('not_admitted', `the source ${admission.id} is not admitted`, 'Have security admit the source.')
      : {
          status: 'not_admitted',
          verdict: passed(`The source ${admission.id} is NOT admitted; ${mode} may run without.`),
        };
  }
  if (atLeast(mode, 'sandbox-repo') && !admission.licence?.modes.includes(mode))
    return not(
      'not_admitted',
      `the licence review of ${admission.id} does not cover the mode ${mode}`,
      'Add a licence note for this mode.',
    );
  return {
    status: 'admitted',
    verdict: passed(`The source ${admission.id} (${admission.name} ${admission.version}) is admitted.`),
  };
}

/** In what the engine that is there differs from the one that was admitted; null when in nothing. What nobody looked at differs. */
function difference(admission: AdmissionSource, facts: Facts): string | null {
  const seen = facts.engine_source;
  if (!seen) return 'nobody looked at what is installed';
  if (seen.found_by === 'shell') return 'its name is resolved by a shell';
  if (seen.temporary) return 'it lies under a temporary directory: that is discovery, not admission';
  if (!seen.executable) return 'it is not an executable file';
  if (seen.sha256 !== admission.binary_sha256) return 'its digest is another one';
  if (seen.version !== admission.version)
    return `its version is ${seen.version ?? 'unknown'}, not ${admission.version}`;
  if (admission.identity_probe && seen.identity !== admission.identity_probe.expect)
    return 'its identity probe prints something else';
  const shape = admission.command_shape;
  if (shape && JSON.stringify(shape) !== JSON.stringify(seen.command_shape))
    return 'it is started with another command shape';
  return null;
}

/** An update counts only after the applicable fixtures ran again and the licence was reviewed again; both ids stay in evidence. */
function updateLack(admission: AdmissionSource, facts: Facts): string | null {
  const previous = admission.previous_id ?? null;
  if (previous === null) return null;
  const known = facts.admissions.some(
    (record) => record.document?.kind === 'source' && record.document.id === previous,
  );
  if (!known) return `${admission.id} replaces ${previous}, whose record is gone`;
  if (!admission.update) return `${admission.id} replaces ${previous} without a record of fixtures and licence review`;
  if (admission.update.licence_reviewed_at < (admission.retrieved_at ?? admission.admitted_at))
    return `the licence review of ${admission.id} is older than the update`;
  const unverified = admission.update.fixtures.filter((digest) => !facts.verified_packs.includes(digest));
  return unverified.length > 0 ? `nobody has verified the packs of ${admission.id}'s fixtures again` : null;
}
