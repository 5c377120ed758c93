import { asSha } from '../../contracts/index.ts';
import type { Pin, Template } from '../types.ts';

const USES = /^ {4}uses: ([\w.-]+\/[\w.-]+)\/\.github\/workflows\/packet\.yml@([0-9a-f]{40}) # v(\S+)$/m;

const uses = ({ repository, commit, version }: Pin): string =>
  `    uses: ${repository}/.github/workflows/packet.yml@${commit} # v${version}`;

/**
 * `.github/workflows/countersign.yml`, the adopter's one workflow: which events it hears of, and the most that the jobs of the reusable workflow may hold (each takes less). The same as
 * this repository's own but for the pin; a test holds the two together.
 */
export const caller: Template = {
  path: '.github/workflows/countersign.yml',
  recognise: (text) => {
    const [, repository, commit, version] = USES.exec(text) ?? [];
    return repository === undefined || commit === undefined || version === undefined
      ? null
      : { pin: { repository, commit: asSha(commit), version } };
  },
  amend: (text, { pin }) => text.replace(USES, () => uses(pin)),
  render: ({
    pin,
  }) => `# Countersign: packets. Written by \`countersign init\`; docs/adopt.md of Countersign explains every line.
name: Countersign
run-name: "Countersign #\${{ github.event.issue.number || github.event.pull_request.number || inputs.issue }}"

on:
  issues:
    types: [opened, edited, labeled, unlabeled, closed, reopened]
  issue_comment:
    types: [created, edited, deleted]
  pull_request_target: # zizmor: ignore[dangerous-triggers] nothing of the pull request is checked out or executed
    types: [opened, synchronize, reopened, closed, edited]
  pull_request_review: # does nothing itself; what follows it runs on the default branch
    types: [submitted, edited, dismissed]
  workflow_run: # zizmor: ignore[dangerous-triggers] the payload is a pointer: everything is read again from GitHub
    workflows: [Countersign]
    types: [completed]
  merge_group:
  workflow_dispatch:
    inputs:
      issue:
        description: Number of the packet's issue
        required: true
        type: string

permissions: {}

concurrency:
  group: countersign-\${{ github.run_id }}
  cancel-in-progress: false

jobs:
  packet:
    name: Packet
    permissions:
      actions: read # which runs left evidence, and the evidence
      attestations: write # keeps signatures of evidence, where sign is sigstore
      checks: write # the five check runs
      contents: write # the packet branch: the packet, and the result
      id-token: write # who signs, where sign is sigstore
      issues: write # the one comment
      pull-requests: write # the draft pull request and its evidence
${uses(pin)}
`,
};
