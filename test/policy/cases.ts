import { type Config, type Packet } from '../../src/contracts/index.ts';
import type { Facts } from '../../src/policy/index.ts';
import {
  packetOf,
  REPOSITORY,
  factsOf,
  CONFIG,
  SOURCE,
  MODEL,
  PROVIDER,
  TARGET,
  record,
  stageRecord,
  wideFacts,
  withPacket,
} from './facts.ts';

/** Facts in one step from those of facts.ts: what the tables of gates are made of. */
type State = 'passed' | 'missing' | 'not_applicable' | 'not_evaluated';
/** Title, facts, the state and codes wanted of the gate, and what its reason must say. */
export type Row = [title: string, facts: Facts, state: State, codes: string[], reason?: RegExp];

export const config = (change: Partial<Config>): Config => ({ ...CONFIG, ...change });
export const engines = (id: string, change: object): Config =>
  config({ engines: { ...CONFIG.engines, [id]: { ...CONFIG.engines?.[id], ...change } } });
export const small = (packet: Partial<Packet> = {}, change: Partial<Facts> = {}): Facts =>
  factsOf(packetOf(packet), change);
export const without = (field: keyof Packet): Facts => {
  const { [field]: _, ...rest } = packetOf();
  return factsOf(rest as Packet, field === 'target' ? { base: null } : {});
};
export const command = (packet: Partial<Packet> = {}, change: Partial<Facts> = {}): Facts =>
  small({ engine: { id: 'command' }, ...packet }, { config: CONFIG, ...change });
export const plugin = (change: Partial<Facts> = {}): Facts =>
  small({ engine: { id: 'extra' } }, { config: CONFIG, plugins_enabled: true, ...change });
export const wide = wideFacts();
export const admissions = (...changed: object[]): Facts => ({
  ...wide,
  admissions: [SOURCE, MODEL, PROVIDER, TARGET].map((was) =>
    record({ ...was, ...changed.find((c) => (c as { id?: string }).id === was.id) }),
  ),
});
export const seen = (change: object): Facts => ({
  ...wide,
  engine_source: wide.engine_source && { ...wide.engine_source, ...change },
});
export const source = (change: object): Facts => admissions({ id: 'codex-1', ...change });
export const model = (change: object): Facts => admissions({ id: 'gpt', ...change });
export const target = (change: object): Facts => admissions({ id: 'uploader', ...change });
export const decided = (change: object): Facts => admissions({ id: 'provider', ...change });
export const kept = (...ids: string[]): Facts => ({
  ...wide,
  admissions: wide.admissions.filter((a) => a.document && ids.includes(a.document.id)),
});
export const stage4 = (
  change: Parameters<typeof stageRecord>[1] | Partial<Facts['stage_records'][number]>,
  of: 'document' | 'fact' = 'document',
): Facts => ({
  ...wide,
  stage_records: [1, 2, 3]
    .map((n) => stageRecord(n))
    .concat(of === 'document' ? stageRecord(4, change) : { ...stageRecord(4), ...change }),
});
export const repository = (change: Partial<NonNullable<Facts['repository']>>, packet: Partial<Packet> = {}): Facts =>
  small(packet, { repository: { ...REPOSITORY, ...change } });
export const dirt = { count: 1, paths: ['a'] };
export const clean = REPOSITORY.status;
export const copyNotAdmitted = (change: object = {}): Facts =>
  withPacket(source({ status: 'not_admitted', ...change }), { mutation_mode: 'copied-fixture' });
