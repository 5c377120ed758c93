/** What a packet of the bench differs in; the rest is the same for all. */
export interface PacketChoice {
  script?: string;
  network?: string;
  changed?: number;
}

/** A complete packet, about as long as those that people write. */
export const packetText = ({ script = '.bench/script.yml', network, changed = 10 }: PacketChoice): string => `---
packet_id: bench-packet
title: Change ten files
priority: P2
domain: general
authority_basis: "issue #1"
depends_on: []
risk_class: low
target: { repository: acme/bench, base_ref: main }
allowed_paths: [src/]
forbidden_paths: [docs/, "**/*.key"]
forbidden_actions:
  [push, merge, deploy, close, pr_open, issue_close, public_publication, credential_change, vendor_source_mutation, core_mutation]
mutation_mode: copied-fixture
engine: { id: fake, script: ${script} }
permissions: { network: ${network ? `["${network}"]` : 'none'}, secrets: none, cloud: none }
limits: { timeout_seconds: 300, memory_mib: 2048, processes: 64, changed_files: ${changed}, patch_bytes: 1048576 }
verification_commands:
  - { name: nothing, run: ["true"], timeout_seconds: 60 }
success_criteria:
  - Ten files end with a new line.
stop_conditions: [A file is missing.]
approval: { required: false }
rollback: Revert the commit.
---
# Goal

Append one line to each of ten files.

# Notes

Nothing else changes.
`;

/** The fake engine's script for the same change as the bare sequence makes. */
export const scriptText = (paths: readonly string[], line: string): string =>
  `steps:\n${paths.map((path) => `  - append: { path: ${path}, content: ${JSON.stringify(line)} }\n`).join('')}`;

/** The protected configuration: `network` is what packets may ask for. */
export const configText = (network: readonly string[]): string =>
  `schema: countersign/config/v1\nrepository: { class: owned-noncritical }\npermissions: { network: ${JSON.stringify(network)} }\n`;
