/** The packet room: the contract for one unit of work, from front matter or an issue form, and the rules for its paths. */
export * from './check.ts';
export * from './eligibility.ts';
export { branchProblem, endpointProblem } from './endpoints.ts';
export { issueFormDefinition } from './issue-form.ts';
export * from './markdown.ts';
export * from './parse.ts';
export * from './paths.ts';
export * from './place.ts';
export type { Positions, Span } from './positions.ts';
export * from './protected.ts';
export { MAX_FILE_BYTES, MAX_YAML_BYTES } from './limits.ts';
export { accepted, type ParsedPacket, parsePlainPacket } from './plain-packet.ts';
export { type YamlReading, readYaml, yamlPositions } from './reader.ts';
export * from './set.ts';
export { unseenCharacters } from './characters.ts';
