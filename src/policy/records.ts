import type {
  Admission,
  AdmissionModel,
  AdmissionProviderDecision,
  AdmissionSource,
  AdmissionTarget,
} from '../contracts/index.ts';
import type { Facts } from './types.ts';

/** What an id of the configuration leads to. */
export type Found<T> = { state: 'found'; admission: T } | { state: 'absent' } | { state: 'invalid'; why: string };

type Kind = Admission['kind'];
const idOf = (file: string): string => file.replace(/^.*\//s, '').replace(/\.json$/, '');

/** The admission with this id, which must be of this kind. The file's name is the id, so that an unreadable file is found too. */
function byId<T extends Admission>(facts: Facts, id: string, kind: Kind, is: (a: Admission) => a is T): Found<T> {
  const records = facts.admissions.filter((record) => idOf(record.file) === id);
  const [record] = records;
  if (!record) return { state: 'absent' };
  if (records.length > 1) return { state: 'invalid', why: `${id} is recorded ${records.length} times` };
  if (record.problem || !record.document) return { state: 'invalid', why: record.problem?.message ?? 'cannot be read' };
  if (!is(record.document))
    return { state: 'invalid', why: `is a record of kind ${record.document.kind}, not ${kind}` };
  return { state: 'found', admission: record.document };
}

export const sourceById = (facts: Facts, id: string): Found<AdmissionSource> =>
  byId(facts, id, 'source', (a) => a.kind === 'source');
export const modelById = (facts: Facts, id: string): Found<AdmissionModel> =>
  byId(facts, id, 'model', (a) => a.kind === 'model');

const usable = (facts: Facts): Admission[] =>
  facts.admissions.flatMap((record) => (record.document && !record.problem ? [record.document] : []));

export const targets = (facts: Facts): AdmissionTarget[] => usable(facts).filter((a) => a.kind === 'target');
export const providerDecisions = (facts: Facts): AdmissionProviderDecision[] =>
  usable(facts).filter((a) => a.kind === 'provider-decision');

/** Files that may be records of this kind and cannot be read: what they say is unknown, so nothing of this kind can be relied on. */
export const unreadable = (facts: Facts, kind: Kind): string[] =>
  facts.admissions
    .filter((record) =>
      record.problem ? record.problem.kind === kind || record.problem.kind === null : !record.document,
    )
    .map((record) => record.file);
