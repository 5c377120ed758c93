import type { Admission, Digest, RiskClass } from '../contracts/index.ts';
import { outside } from './scope.ts';

/** What is the case now, to compare with what was reviewed. Null: there is no such thing, or nobody knows. */
export interface Circumstances {
  now: string;
  paths: readonly string[];
  /** Computed when asked for: few admissions are reviewed on it. */
  scope: () => Digest;
  risk: RiskClass | null;
  stage: number | null;
  endpoint: 'hosted' | 'local' | null;
  credential_class: string | null;
  /** `provider/model`. */
  model: string | null;
  /** The id of the source admission. */
  source: string | null;
}

type Termed = Exclude<Admission, { kind: 'provider-decision' }>;
type Trigger = NonNullable<Termed['review_on']>[number];

/** For each trigger of `review_on`: whether what was reviewed still covers what is the case. A value that nobody recorded covers nothing. */
const HOLDS: Readonly<Record<Trigger, (was: NonNullable<Termed['reviewed']>, is: Circumstances) => boolean>> = {
  path: (was, is) => was.path !== undefined && outside(is.paths, was.path).length === 0,
  scope: (was, is) => was.scope !== undefined && was.scope === is.scope(),
  risk: (was, is) => was.risk !== undefined && was.risk === is.risk,
  endpoint: (was, is) => was.endpoint !== undefined && was.endpoint === is.endpoint,
  credential_class: (was, is) => was.credential_class !== undefined && was.credential_class === is.credential_class,
  model: (was, is) => was.model !== undefined && was.model === is.model,
  source: (was, is) => was.source !== undefined && was.source === is.source,
  stage_above: (was, is) => was.stage_above !== undefined && is.stage !== null && is.stage <= was.stage_above,
};

/**
 * Why an admission's term is over, or null: its date has passed, or one of the changes that it was to be reviewed on has happened or cannot be ruled
 * out (7-ladder.md, Admissions; docs/adr/0041).
 */
export function lapsed(admission: Termed, is: Circumstances): string | null {
  if (admission.admitted_at > is.now) return `is dated after now (${admission.admitted_at})`;
  if (admission.expires_at !== undefined && admission.expires_at <= is.now) return `expired at ${admission.expires_at}`;
  const changed = (admission.review_on ?? []).filter((trigger) => !HOLDS[trigger](admission.reviewed ?? {}, is));
  return changed.length > 0 ? `is due for review: ${changed.join(', ')} changed or cannot be compared` : null;
}
