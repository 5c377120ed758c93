import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InternalError, type Scenario, usage, validateScenario } from '../contracts/index.ts';
import { readYaml } from '../packet/index.ts';
import { mergePatch } from './merge-patch.ts';

const EXTENSION = '.yml';

/** The scenarios that ship: beside this file in a checkout, in dist/scenarios/ as a product. */
export function libraryFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const found = [join(here, 'library'), join(here, 'scenarios'), join(here, '../scenarios')].find((f) => existsSync(f));
  if (found === undefined) throw new InternalError(`the scenarios are not where this build expects them (${here})`);
  return found;
}

/** A scenario file as it stands: an object whose `id` is its path. What it extends is not yet merged in. */
interface Raw {
  id: string;
  extends?: unknown;
}

async function readRaw(folder: string, path: string): Promise<Raw> {
  const id = path.slice(0, -EXTENSION.length);
  const read = readYaml(await readFile(join(folder, path), 'utf8'));
  if (!read.ok)
    throw new InternalError(`scenario ${id}: ${read.errors.map((e) => `${e.line}: ${e.message}`).join('; ')}`);
  const raw = read.value as Raw | null;
  if (raw?.id !== id) throw new InternalError(`scenario ${id}: its id must be its path`);
  return raw;
}

/** The scenario that a file and all it extends make together. Throws where the chain is broken or goes round. */
function resolve(raw: Raw, all: ReadonlyMap<string, Raw>, trail: readonly string[] = []): unknown {
  const { extends: name } = raw;
  if (name === undefined) return raw;
  const parent = typeof name === 'string' ? all.get(name) : undefined;
  if (parent === undefined || trail.includes(raw.id)) {
    throw new InternalError(
      `scenario ${raw.id}: it extends ${JSON.stringify(name)}, which is not there or leads back to it`,
    );
  }
  // The parent's own place in the matrix is not handed down.
  return mergePatch(mergePatch(resolve(parent, all, [...trail, raw.id]), { matrix_row: null }), raw);
}

/** Sorts the baseline first, then the rows of the matrix, then the rest. */
const rank = ({ id }: Scenario): string => `${id === 'matrix/baseline' ? 0 : id.startsWith('matrix/') ? 1 : 2} ${id}`;

/**
 * Every scenario of the library, complete and valid, the matrix first, then by id. Throws an InternalError for a library that breaks its contract: it is
 * part of the product.
 */
export async function readLibrary(folder: string = libraryFolder()): Promise<Scenario[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(EXTENSION));
  const raws = await Promise.all(names.map(async (name) => await readRaw(folder, name)));
  const all = new Map(raws.map((raw) => [raw.id, raw]));
  const scenarios = raws.map((raw) => {
    const result = validateScenario(resolve(raw, all));
    if (!result.ok)
      throw new InternalError(`scenario ${raw.id}: ${result.errors.map((e) => `${e.at} ${e.message}`).join('; ')}`);
    return result.value;
  });
  return scenarios.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** The engine that a scenario's own packet, or its explicit choice, asks for; null where neither names one. */
const ownEngine = ({ engine, packet }: Scenario): string | null => {
  const named = (packet.front_matter as { engine?: { id?: string } }).engine?.id;
  return engine ?? named ?? null;
};

/** A scenario as one engine plays it. */
export interface Lane {
  scenario: Scenario;
  /** Null: the scenario's own. */
  engine: string | null;
}

/**
 * What a SELECTOR (`all`, an id, or the folders that an id begins with) and an engine stand for. `skipped`: selected, but without a lane for this
 * engine. Throws a UserError when nothing is left: a selection that runs nothing proves nothing.
 */
export function select(
  scenarios: readonly Scenario[],
  selector: string,
  engine?: string,
): { lanes: Lane[]; skipped: string[] } {
  const named = scenarios.filter(({ id }) => selector === 'all' || id === selector || id.startsWith(`${selector}/`));
  if (named.length === 0) {
    throw usage(
      `no scenario is selected by ${JSON.stringify(selector)}`,
      'SELECTOR',
      'See `countersign scenarios list`.',
    );
  }
  if (engine === undefined) return { lanes: named.map((scenario) => ({ scenario, engine: null })), skipped: [] };
  const lanes = named.flatMap((scenario): Lane[] => {
    if (ownEngine(scenario) === engine) return [{ scenario, engine: null }];
    return scenario.lanes?.[engine] ? [{ scenario, engine }] : [];
  });
  if (lanes.length === 0) {
    throw usage(
      `none of the selected scenarios has a lane for ${JSON.stringify(engine)}`,
      '--engine',
      'Select others, or leave the engine out.',
    );
  }
  const kept = new Set(lanes.map(({ scenario }) => scenario.id));
  return { lanes, skipped: named.flatMap(({ id }) => (kept.has(id) ? [] : [id])) };
}
