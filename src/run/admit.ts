import { join } from 'node:path';
import type { Decision, Digest, FakeScript, Packet } from '../contracts/index.ts';
import { UserError } from '../contracts/index.ts';
import { ENGINES } from '../engines/index.ts';
import { type Baseline, openBaseline, type Source, type SourceStatus } from '../git/index.ts';
import {
  approvalState,
  deadlines,
  decide,
  effectiveLimits,
  type Facts,
  nextFacts,
  type Settings,
  selectEngine,
  settingsOf,
} from '../policy/index.ts';
import { type Opened, openSandbox, type Sandbox } from '../sandbox/index.ts';
import { type Clock, gateTime } from './clock.ts';
import type { Given } from './given.ts';
import { givenByGitHub } from './hosted.ts';
import { givenLocally } from './local.ts';
import type { Places } from './places.ts';
import type { Protected } from './protected-ref.ts';
import { commandFact } from './provider.ts';
import { parseScript, readScript } from './script.ts';
import { repositoryFacts } from './repository-facts.ts';
import type { RequestOptions } from './types.ts';

/** Everything that was looked at to decide, and the decision. */
export interface Admission {
  packet: Packet;
  packetDigest: Digest;
  protected: Protected;
  settings: Settings;
  /** The requested engine's argv; empty for all but `command`. */
  argv: readonly string[];
  base: Given['base'];
  source: Source;
  baseline: Baseline;
  facts: Facts;
  decision: Decision;
  /** Null where the repository tier was not reached. */
  status: SourceStatus | null;
  sandbox: Sandbox | null;
  /** The fake engine's script; null for any other engine, and where there is none. */
  script: FakeScript | null;
  /** What broke while facts were collected for a run; the facts that are there stand. */
  crash: Error | null;
}

/** How far the collection of facts may go: a run tries what `decide` only looks at. */
export interface Reach {
  source: Source;
  clock: Clock;
  places: Places;
  /** A run: may make the output folder, opens the sandbox for good. */
  write: boolean;
  /** Ask the provider (always for a run). */
  probe: boolean;
}

const explicitChoices = ({ engine, hosted, env }: RequestOptions): Facts['selection']['explicit'] => [
  ...(engine === undefined ? [] : [{ from: hosted ? ('input' as const) : ('flag' as const), id: engine }]),
  ...(env.COUNTERSIGN_ENGINE ? [{ from: 'environment' as const, id: env.COUNTERSIGN_ENGINE }] : []),
];

const descriptors: Facts['engines'] = ENGINES.map(({ descriptor }) => ({
  id: descriptor.id,
  kind: descriptor.id === 'fake' ? 'baseline' : 'built_in',
  uses_model: descriptor.uses_model,
  digest: null,
}));

/**
 * Reads packet, protected ref and approvals, collects facts tier by tier and decides. Never runs anything of the repository and never writes to it.
 * Throws a UserError for invalid documents, refs that are not there and choices that contradict each other (exit 3).
 */
export async function admit(options: RequestOptions, reach: Reach): Promise<Admission> {
  const { env } = options;
  const { clock, places, source } = reach;
  const baseline = await openBaseline(source, join(places.work, 'baseline.git'));
  const given = options.hosted
    ? await givenByGitHub(options.hosted, options.packetFile, baseline)
    : await givenLocally(options, { source, baseline, places });
  const { packet, packetDigest: digest, protected: guarded, base } = given;
  const { rules, ...told } = given.facts;
  const settings = settingsOf(guarded.config);
  const selection = {
    explicit: explicitChoices(options),
    argv: options.argv?.length ? [...options.argv] : null,
  };
  const selected = selectEngine(selection, packet, settings, told.surface);
  if (!selected.ok) throw new UserError(selected.errors);
  const path = packet.engine?.script;
  const bytes = path !== undefined && base !== null ? await readScript(baseline, base.tree, path) : null;

  const undated: Omit<Facts, 'now'> = {
    ...told,
    fixture: options.fixture ?? false,
    packet: { document: { ...packet }, digest },
    selection,
    protected: { ref: guarded.ref, sha: guarded.sha, rules },
    config: guarded.config,
    admissions: guarded.admissions,
    stage_records: guarded.stageRecords,
    verified_packs: [],
    engines: descriptors,
    plugins_enabled: env.COUNTERSIGN_ENABLE_PLUGINS === '1',
    engine_source: null,
    policy: { files: guarded.policyFiles, evaluation: null },
    base: base && {
      ref: base.ref,
      sha: base.commit,
      tree: base.tree,
      script: path === undefined ? null : { path, present: bytes !== null },
    },
    repository: null,
    provider: null,
  };

  let facts: Facts = { ...undated, now: gateTime(clock, deadlines(undated)) };
  let status: SourceStatus | null = null;
  let opened: Opened | null = null;
  let decision = decide(facts);
  let crash: Error | null = null;
  try {
    if (base !== null && nextFacts(decision) === 'repository') {
      // The sandbox proves itself while git looks at the repository.
      const opening = openSandbox({ env });
      const limits = effectiveLimits(packet);
      // On GitHub single use is GitHub's to remember, not this machine's.
      const state = !options.hosted && approvalState(facts).counted.length > 0 ? places.state : null;
      const where = { source, baseline, base: base.commit, packet, out: places.out, state };
      const collecting = repositoryFacts({ ...where, limits, write: reach.write, opening });
      await Promise.allSettled([collecting, opening]);
      opened = await opening;
      const found = await collecting;
      status = found.status;
      facts = { ...facts, repository: found.fact };
      decision = decide(facts);
    }
    if (base && opened?.ok && reach.probe && selected.engine === 'command' && decision.missing_gates.length === 0) {
      const fact = await commandFact(selected.argv, base.tree, baseline, opened.sandbox, settings.tools);
      facts = { ...facts, provider: fact };
      decision = decide(facts);
    }
  } catch (error) {
    if (error instanceof UserError || !reach.write) throw error;
    // What was not collected blocks its gate; the run says that it was the harness that failed.
    crash = error as Error;
  }
  const sandbox = opened?.ok ? opened.sandbox : null;
  const script =
    selected.engine === 'fake' && bytes !== null && base ? parseScript(bytes, `${base.ref}:${path}`) : null;
  return {
    packet,
    packetDigest: digest,
    protected: guarded,
    settings,
    argv: selected.argv,
    base,
    source,
    baseline,
    facts,
    decision,
    status,
    sandbox,
    script,
    crash,
  };
}
