import type { Registry } from './registry.ts';

/** One use of `countersign run` on a real repository. */
export interface Case {
  id: string;
  title: string;
  /** Puts the files of the repository into `folder` (which exists and is empty) and returns where they are. */
  fetch(folder: string): string;
  /** What the base commit has beside them, path to content. */
  extra: Readonly<Record<string, string>>;
  /** The members of the packet that differ from the usual ones, as YAML. */
  packet(registry: Registry): string;
  /** What stands after `--`. */
  argv: readonly string[];
  expected: 'pass' | 'fail' | 'blocked';
}

const ACTIONS =
  '[push, merge, deploy, close, pr_open, issue_close, public_publication, credential_change, vendor_source_mutation, core_mutation]';

/** A whole packet from the lines that are a case's own. */
export const packetText = (id: string, title: string, own: string): string => `---
packet_id: ${id}
title: ${title}
authority_basis: docs/field-notes.md
risk_class: low
target: { repository: acme/${id}, base_ref: main }
forbidden_actions:
  ${ACTIONS}
mutation_mode: copied-fixture
engine: { id: command }
approval: { required: false }
rollback: Revert the commit.
${own.trim()}
---
${title}.
`;

/** The protected configuration of every case: the program after `--` may work on copies, and setup may reach the registry. */
export const configText = ({ endpoint }: Registry): string => `schema: countersign/config/v1
repository: { class: owned-noncritical }
engines:
  command: { enabled: true, stages: [3] }
permissions: { network: ["${endpoint}"] }
`;
