import type { Case } from '../case.ts';
import { MODE_RULES } from '../modes.ts';
import { type Lack, missing, notApplicable, notEvaluated, passed, unless, type Verdict } from '../verdict.ts';

const NOBODY = notEvaluated('There is no such engine to judge.');

/** The engine that was asked for exists, exactly once. */
export function engineRegistered(it: Case): Verdict {
  if (it.requested === null)
    return missing(
      'engine_unknown',
      it.selection.ok ? 'no engine was asked for' : it.selection.errors.map((error) => error.message).join('; '),
      'Name one engine.',
    );
  if (it.engine) return passed(`${it.engine.id} is registered.`);
  const known = it.facts.engines.map((engine) => engine.id).join(', ');
  return missing(
    'engine_unknown',
    `there is no engine ${it.requested}`,
    `Use one of: ${known || 'none is registered'}.`,
  );
}

/** The protected configuration enables the engine; a plugin needs its id, its digest and the environment's consent besides. */
export function engineEnabled(it: Case): Verdict {
  const { engine, own, settings, facts } = it;
  if (!engine) return NOBODY;
  const lacks: Lack[] = [];
  const lack = (reason: string, fix: string): void => void lacks.push({ code: 'engine_not_enabled', reason, fix });
  if (!own.enabled)
    lack(
      `the configuration does not enable ${engine.id}`,
      `Have a maintainer set engines.${engine.id}.enabled on the protected ref.`,
    );
  if (engine.kind === 'plugin') {
    const listed = settings.plugins.allow.some(
      (allowed) => allowed.id === engine.id && allowed.digest === engine.digest,
    );
    if (!settings.plugins.enabled)
      lack('the configuration does not enable plugins', 'Have a maintainer set plugins.enabled.');
    if (!listed)
      lack(
        `the plugin ${engine.id} is not allowed with this digest`,
        'Have a maintainer list id and digest under plugins.allow.',
      );
    if (!facts.plugins_enabled) lack('plugins are not switched on for this run', 'Set COUNTERSIGN_ENABLE_PLUGINS=1.');
  }
  return unless(lacks, `${engine.id} is enabled.`);
}

const BASELINE = notApplicable('fake is the baseline: exempt from the stage gates.');

/** The second key: the configuration lists the stage that the mode runs at. */
export function stageAllowed({ engine, own, stage, mode }: Case): Verdict {
  if (!engine) return NOBODY;
  if (engine.kind === 'baseline') return BASELINE;
  if (stage === null) return notEvaluated('The packet names no mode.');
  return own.stages.includes(stage)
    ? passed(`${engine.id} may run at stage ${stage}.`)
    : missing(
        'stage_not_allowed',
        `${mode} is stage ${stage}; the configuration lists ${own.stages.join(', ') || 'none'} for ${engine.id}`,
        `Have a maintainer list ${stage} under engines.${engine.id}.stages.`,
      );
}

/** The stages that the mode needs were proven by this very engine, and somebody judged the packs again. A record alone is never believed. */
export function stageEarned(it: Case): Verdict {
  const { engine, mode } = it;
  if (!engine) return NOBODY;
  if (engine.kind === 'baseline') return BASELINE;
  if (!mode) return notEvaluated('The packet names no mode.');
  const needed = MODE_RULES[mode].earned;
  if (needed.length === 0) return notApplicable(`${mode} needs no earlier stage.`);
  const lacks = needed.flatMap((stage): Lack[] => {
    const reason = unearned(it, stage);
    return reason
      ? [
          {
            code: 'stage_exceeded',
            reason,
            fix: `Prove stage ${stage} with ${engine.id}, or choose a narrower mutation mode.`,
          },
        ]
      : [];
  });
  return unless(lacks, `${engine.id} has proven the stages ${needed.join(', ')}.`);
}

/** Why an engine has not earned a stage, or null. */
function unearned({ engine, facts, source }: Case, stage: number): string | null {
  const file = `/stages/${engine?.id}/${stage}.json`;
  const records = facts.stage_records.filter((record) => record.file.endsWith(file));
  const [record] = records;
  if (!record) return `there is no record of stage ${stage}`;
  if (records.length > 1) return `stage ${stage} is recorded ${records.length} times`;
  const { document } = record;
  if (record.problem !== null || !document)
    return `the record of stage ${stage} cannot be used: ${record.problem ?? 'unreadable'}`;
  if (document.engine !== engine?.id || document.stage !== stage)
    return `the record of stage ${stage} is about another engine or stage`;
  if (document.expires_at !== undefined && document.expires_at <= facts.now)
    return `the record of stage ${stage} expired at ${document.expires_at}`;
  const admitted = source.state === 'found' ? source.admission.binary_sha256 : null;
  if (document.engine_sha256 !== admitted) return `stage ${stage} was proven with another binary than the admitted one`;
  if (record.recomputed === null) return `nobody has verified the packs of stage ${stage} again`;
  return record.recomputed === 'pass' ? null : `the packs of stage ${stage} do not prove it (${record.recomputed})`;
}
