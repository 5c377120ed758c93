import type { Template } from '../types.ts';
import { example, fixed } from './fixed.ts';

const FOLDER = '.countersign/first-packet';

const script = `# What the engine \`fake\` does for the first packet.
steps:
  - write:
      path: COUNTERSIGN.md
      content: |
        # Countersign

        Changes by coding agents come to this repository as packets, with evidence. This file is the first one.
`;

const packet = ({ repository, baseRef }: { repository: string; baseRef: string }): string => `---
packet_id: first-packet
title: The first packet
risk_class: low
target: { repository: ${repository}, base_ref: ${/^[\w./-]+$/.test(baseRef) ? baseRef : JSON.stringify(baseRef)} }
allowed_paths: [COUNTERSIGN.md]
forbidden_paths: []
forbidden_actions:
  [push, merge, deploy, close, pr_open, issue_close, public_publication, credential_change, vendor_source_mutation, core_mutation]
mutation_mode: copied-fixture
engine: { id: fake, script: ${FOLDER}/engine.yml }
verification_commands:
  - { name: written, run: [grep, -q, the first one, COUNTERSIGN.md], timeout_seconds: 60, expect_before: fail }
success_criteria:
  - A file says what packets are.
approval: { required: false }
---
# Goal

Write \`COUNTERSIGN.md\`. The engine is a script, so that the way from an issue to a proposal can be seen before any model takes part.
`;

/** A packet that ends in a proposal in any repository, and the script that its engine plays: the body of the first issue. */
export const firstPacket: readonly Template[] = [
  fixed(`${FOLDER}/engine.yml`, () => script),
  example(
    `${FOLDER}/packet.md`,
    packet,
    /^target: \{ repository: (?<repository>[\w.-]+\/[\w.-]+), base_ref: (?<baseRef>[\w./-]+) \}$/m,
  ),
];
