import { command } from './command.ts';
import type { Engine } from './engine.ts';
import { fake } from './fake.ts';

/** The engines that ship with the harness. Adding one changes no other's path: dispatch is by exact id, never by what is available. */
export const ENGINES: readonly Engine[] = [fake, command];

/** The engine with exactly this id; null when there is none. */
export const engineById = (id: string, engines: readonly Engine[] = ENGINES): Engine | null =>
  engines.find((engine) => engine.descriptor.id === id) ?? null;
