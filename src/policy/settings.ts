import type { Config, Packet } from '../contracts/index.ts';
import type { EngineSettings, Limits, Settings } from './types.ts';

/** What a packet gets that names no limits (2-contracts.md, Packet). */
export const DEFAULT_LIMITS: Readonly<Limits> = {
  timeout_seconds: 900,
  memory_mib: 2048,
  processes: 256,
  changed_files: 5,
  patch_bytes: 1_048_576,
  output_bytes: 16_777_216,
  disk_mib: 4096,
};

/** The most that a packet may ask for where the configuration says nothing. */
export const MAXIMUM_LIMITS: Readonly<Limits> = {
  timeout_seconds: 3600,
  memory_mib: 8192,
  processes: 1024,
  changed_files: 500,
  patch_bytes: 67_108_864,
  output_bytes: 268_435_456,
  disk_mib: 16_384,
};

const DISABLED: EngineSettings = { enabled: false, stages: [], argv: [], source: null, model: null };

/** The settings of one engine; an engine that the configuration does not list is disabled, `fake` alone is not. */
export function engineSettings(settings: Settings, id: string): EngineSettings {
  const own = Object.hasOwn(settings.engines, id) ? settings.engines[id] : undefined;
  return own ?? { ...DISABLED, enabled: id === 'fake' };
}

/** A configuration with every default filled in; null: there is no file. */
export function settingsOf(config: Config | null): Settings {
  const engines = Object.entries(config?.engines ?? {}).map(([id, engine]): [string, EngineSettings] => [
    id,
    {
      enabled: engine.enabled ?? id === 'fake',
      stages: engine.stages ?? [],
      argv: engine.argv ?? [],
      source: engine.source ?? null,
      model: engine.model ?? null,
    },
  ]);
  const network = config?.permissions?.network;
  const approvals = config?.approvals;
  return {
    default_engine: config?.default_engine ?? 'fake',
    repository_class: config?.repository?.class ?? 'critical',
    engines: Object.fromEntries(engines),
    plugins: { enabled: config?.plugins?.enabled ?? false, allow: config?.plugins?.allow ?? [] },
    network: network === undefined || network === 'none' ? [] : network,
    limits: merged(MAXIMUM_LIMITS, config?.limits),
    approvals: {
      required: approvals?.required ?? false,
      users: approvals?.approvers?.users ?? [],
      teams: approvals?.approvers?.teams ?? [],
      min: approvals?.min ?? 1,
      expires_after: approvals?.expires_after ?? '24h',
      max_attempts: approvals?.max_attempts ?? 3,
    },
    tools: config?.sandbox?.tools ?? [],
    forbidden_paths: config?.forbidden_paths ?? [],
    allow_protected_paths: config?.allow_protected_paths ?? [],
    allow_no_verification: config?.allow_no_verification ?? false,
    policy: config?.policy?.rego ?? null,
    collect: { review: config?.collect?.review ?? false, evidence_index: config?.collect?.evidence_index ?? false },
  };
}

/** The limits of a run: the packet's own, else the defaults. Never clamped: gate `permissions` refuses what exceeds the maxima. */
export const effectiveLimits = (packet: Pick<Packet, 'limits'>): Limits => merged(DEFAULT_LIMITS, packet.limits);

const merged = (base: Readonly<Limits>, own: Partial<Limits> | undefined): Limits => ({
  timeout_seconds: own?.timeout_seconds ?? base.timeout_seconds,
  memory_mib: own?.memory_mib ?? base.memory_mib,
  processes: own?.processes ?? base.processes,
  changed_files: own?.changed_files ?? base.changed_files,
  patch_bytes: own?.patch_bytes ?? base.patch_bytes,
  output_bytes: own?.output_bytes ?? base.output_bytes,
  disk_mib: own?.disk_mib ?? base.disk_mib,
});
