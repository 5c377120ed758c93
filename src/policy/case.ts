import type { AdmissionModel, AdmissionSource, AdmissionTarget, MutationMode, Packet } from '../contracts/index.ts';
import { stageOf } from './modes.ts';
import { type Found, modelById, sourceById } from './records.ts';
import { effectiveScope, scopeDigest } from './scope.ts';
import { selectEngine } from './selection.ts';
import { engineSettings, settingsOf } from './settings.ts';
import { targetsOf } from './target.ts';
import type { Circumstances } from './term.ts';
import type { EngineSettings, Facts, Scope, Selection, Settings } from './types.ts';

/** The facts as the gates read them: one engine, with everything looked up that more than one gate needs. */
export interface Case {
  facts: Facts;
  packet: Packet;
  settings: Settings;
  selection: Selection;
  /** The id that selection led to; null where the choices contradict each other. */
  requested: string | null;
  /** The registered engine with that id; null where there is none (or two). */
  engine: Facts['engines'][number] | null;
  own: EngineSettings;
  mode: MutationMode | null;
  stage: number | null;
  source: Found<AdmissionSource>;
  model: Found<AdmissionModel>;
  target: AdmissionTarget | null;
  scope: Scope;
  circumstances: Circumstances;
}

const ABSENT = { state: 'absent' } as const;

/** Lays the facts out for one engine: the requested one, or another that is asked about in its place. */
export function caseOf(given: Facts, instead?: string): Case {
  // What was looked at is the requested engine: it says nothing about another.
  const facts = instead === undefined ? given : { ...given, engine_source: null };
  const packet = facts.packet.document;
  const settings = settingsOf(facts.config);
  const selection = selectEngine(facts.selection, packet, settings, facts.surface);
  const requested = instead ?? (selection.ok ? selection.engine : null);
  const engines = facts.engines.filter((engine) => engine.id === requested);
  const engine = engines.length === 1 ? (engines[0] ?? null) : null;
  const own = engineSettings(settings, requested ?? '');
  const mode = packet.mutation_mode ?? null;
  const stage = mode ? stageOf(mode, facts.fixture) : null;
  const source = own.source === null ? ABSENT : sourceById(facts, own.source);
  const model = own.model === null ? ABSENT : modelById(facts, own.model);
  const [target = null] = targetsOf(facts, packet);
  const scope = effectiveScope(packet, settings, target, source.state === 'found' ? source.admission : null);
  const llm = model.state === 'found' ? model.admission : null;
  const circumstances: Circumstances = {
    now: facts.now,
    paths: packet.allowed_paths ?? [],
    scope: () => scopeDigest(packet, scope),
    risk: packet.risk_class ?? null,
    stage,
    endpoint: llm?.base_url_class ?? null,
    credential_class: llm?.credential_source_class ?? null,
    model: llm ? `${llm.provider}/${llm.model}` : null,
    source: own.source,
  };
  return {
    facts,
    packet,
    settings,
    selection,
    requested,
    engine,
    own,
    mode,
    stage,
    source,
    model,
    target,
    scope,
    circumstances,
  };
}
