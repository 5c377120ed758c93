/**
 * The adopt room: what a repository needs to take packets, and whether it has it.
 *
 *   planInit(options) -> Init                      what `countersign init` would write, and why
 *   diffOf(planned) -> string                      the same as a diff
 *   writeFiles(root, plan)                         writes it
 *   collectFacts(options) -> DoctorFacts           looks at machine, work tree, protected ref and GitHub; changes nothing
 *   examine(facts) -> Finding[]                    what holds, what is missing or weak, and what nobody can tell, each with its fix
 */
export { diffOf } from './diff.ts';
export {
  collectFacts,
  type DoctorFacts,
  type DoctorOptions,
  examine,
  type Finding,
  type Level,
} from './doctor/index.ts';
export { writeFiles } from './files.ts';
export { type Init, type InitOptions, planInit } from './init.ts';
export type { Adoption, Pin, Planned } from './types.ts';
