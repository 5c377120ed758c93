import { FORBIDDEN_ACTIONS } from '../../packet/index.ts';
import type { Template } from '../types.ts';
import { example, fixed, json } from './fixed.ts';

const FOLDER = '.countersign/admissions';

/** Renaming a template must never admit anything: each says `not_admitted`, and allows no mode. */
const SHARED = {
  status: 'not_admitted',
  approval_source: 'where it was decided: a link',
  admitted_at: '2026-01-01T00:00:00.000Z',
  expires_at: '2026-01-02T00:00:00.000Z',
  allowed_mutation_modes: [],
} as const;

const readme = `# Admissions

An admission is a decision of people, recorded: that an engine's source, a model or this repository as a target is fit for a purpose, until it expires. It counts when it is a file
\`<id>.json\` in this folder on the default branch, and only while it is valid: a file that cannot be read is a missing gate, never a pass.

The \`.example\` files are no admissions. Copy one to \`<id>.json\`, fill it in, set \`status\` to \`admitted\` and the modes it is for, and have the change reviewed like any other. The engine's
entry in \`../config.yml\` names the admissions it needs: \`source: <id>\`, \`model: <id>\`. The engine \`fake\` needs none, \`command\` none for proposals.
`;

const source = {
  schema: 'countersign/admission/v1',
  id: 'source',
  kind: 'source',
  ...SHARED,
  name: 'name of the engine',
  url: 'https://example.invalid/where-it-comes-from',
  type: 'package',
  version: '0.0.0',
  binary_sha256: '0'.repeat(64),
};

const model = {
  schema: 'countersign/admission/v1',
  id: 'model',
  kind: 'model',
  ...SHARED,
  provider: 'name of the provider',
  model: 'name of the model',
  credential_source_class: 'none',
  allowed_network_class: 'none',
  base_url_class: 'hosted',
};

const target = (repository: string) => ({
  schema: 'countersign/admission/v1',
  id: 'target',
  kind: 'target',
  ...SHARED,
  repository,
  owner: 'who answers for it',
  ownership_evidence: 'how that is known: a link',
  risk_classification: 'critical',
  noncritical_rationale: 'why it is not critical, if it is not',
  allowed_paths: ['src/'],
  forbidden_paths: [],
  forbidden_actions: [...FORBIDDEN_ACTIONS],
  operator_outcome_required: true,
});

/** What is in the folder of admissions to begin with: nothing that is read as one (src/run/protected-ref.ts takes what ends in `.json`). */
export const admissions: readonly Template[] = [
  fixed(`${FOLDER}/README.md`, () => readme),
  fixed(`${FOLDER}/source.json.example`, () => json(source)),
  fixed(`${FOLDER}/model.json.example`, () => json(model)),
  example(
    `${FOLDER}/target.json.example`,
    ({ repository }) => json(target(repository)),
    /^ {2}"repository": "(?<repository>[\w.-]+\/[\w.-]+)",$/m,
  ),
];
