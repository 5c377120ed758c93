import type { AdmissionModel, Decision } from '../contracts/index.ts';
import type { Case } from './case.ts';
import { providerDecisions, unreadable } from './records.ts';
import { lapsed } from './term.ts';
import type { Facts } from './types.ts';
import { missing, notApplicable, passed, type Verdict } from './verdict.ts';

export interface ModelVerdict {
  status: Decision['model_admission_status'];
  verdict: Verdict;
}

const not = (status: ModelVerdict['status'], reason: string, fix: string): ModelVerdict => ({
  status,
  verdict: missing(status === 'mismatch' ? 'model_mismatch' : 'model_not_admitted', reason, fix),
});

/** Gate `model` (7-ladder.md, Model and Provider decision), for engines that use one. */
export function judgeModel(it: Case): ModelVerdict {
  const { engine, own } = it;
  if (!engine?.uses_model) return { status: 'not_applicable', verdict: notApplicable('The engine uses no model.') };
  if (own.model === null)
    return not(
      'missing_admission',
      `engines.${engine.id}.model names no admission`,
      `Record a model admission and name it in engines.${engine.id}.model.`,
    );
  if (it.model.state === 'absent')
    return not(
      'missing_admission',
      `the model admission ${own.model} does not exist`,
      `Record .countersign/admissions/${own.model}.json on the protected ref.`,
    );
  if (it.model.state === 'invalid')
    return not(
      'invalid_admission',
      `the model admission ${own.model} cannot be used: ${it.model.why}`,
      'Correct the record on the protected ref.',
    );
  return judgeRecord(it, it.model.admission);
}

function judgeRecord(it: Case, admission: AdmissionModel): ModelVerdict {
  const over = lapsed(admission, it.circumstances);
  if (over)
    return not(
      'expired',
      `the model admission ${admission.id} ${over}`,
      'Review the model and record the admission again.',
    );
  if (admission.status !== 'admitted')
    return not('not_admitted', `the model ${admission.id} is not admitted`, 'Have security admit the model.');
  if (!it.mode || !admission.allowed_mutation_modes.includes(it.mode))
    return not(
      'not_admitted',
      `the model admission ${admission.id} does not cover the mode ${it.mode}`,
      'Admit the model for this mode, or choose a mode that it covers.',
    );
  const asked = it.packet.engine;
  const provider = asked?.provider === admission.runtime_provider_alias ? admission.provider : asked?.provider;
  if (
    (asked?.provider !== undefined && provider !== admission.provider) ||
    (asked?.model !== undefined && asked.model !== admission.model)
  )
    return not(
      'mismatch',
      `the packet asks for ${asked.provider ?? admission.provider}/${asked.model ?? admission.model}, admitted is ${admission.provider}/${admission.model}`,
      'Name the admitted provider and model in the packet, or none.',
    );
  const undecided = decisionLack(it.facts, admission);
  if (undecided)
    return not('not_admitted', undecided, 'Record a provider decision that names exactly this provider and model.');
  return { status: 'admitted', verdict: passed(`The model ${admission.provider}/${admission.model} is admitted.`) };
}

/** Why the provider decisions do not let this model run; null when they do. No decision is no approval; a fallback is never taken (docs/adr/0041). */
function decisionLack(facts: Facts, model: AdmissionModel): string | null {
  const dark = unreadable(facts, 'provider-decision');
  if (dark.length > 0) return `${dark.join(', ')} cannot be read and may be a provider decision`;
  const decisions = providerDecisions(facts);
  const undecided = decisions.find((d) => d.decision_status === 'not_decided');
  if (undecided) return `the provider decision ${undecided.id} is not decided: nothing runs`;
  const wanted = model.base_url_class === 'hosted' ? 'external' : 'local';
  const local = decisions.find((d) => d.decision_status === 'local_provider_required');
  if (local && wanted === 'external') return `the provider decision ${local.id} requires a local provider`;
  const fits = decisions.some(
    (d) =>
      d.provider_class === wanted &&
      (d.decision_status === 'external_provider_approved') === (wanted === 'external') &&
      d.provider === model.provider &&
      d.model === model.model &&
      d.credential_source_class === model.credential_source_class &&
      d.allowed_network_class === model.allowed_network_class,
  );
  return fits ? null : `no provider decision approves ${model.provider}/${model.model} as the admission has it`;
}
