/** The engines room: the contract every engine keeps, the engines that ship, and the judgement of what one says of itself. */
export {
  type Engine,
  type EngineDescriptor,
  type EngineEventType,
  INSIDE,
  type Launch,
  type LaunchContext,
} from './engine.ts';
export { engineEventFindings } from './events.ts';
export { ENGINES, engineById } from './registry.ts';
export { harnessReport, readReport, reportFindings, reviewerFindings, type TrueArtifact } from './report.ts';
