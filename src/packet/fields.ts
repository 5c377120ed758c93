/**
 * The fields of a packet in the order of 2-contracts.md: the order of the canonical Markdown, and of the issue form, whose definition and parser are both
 * made from this table. `schema` and `x-…` have no place in a form.
 */
export type FieldKind =
  /** One line of text. */
  | 'line'
  /** Text of any length. */
  | 'text'
  /** One of `options`. */
  | 'choice'
  /** `true` or `false`. */
  | 'flag'
  /** One number. */
  | 'number'
  /** A YAML value in a fenced block. */
  | 'yaml';

export interface Field {
  id: string;
  kind: FieldKind;
  description: string;
  options?: readonly string[];
  placeholder?: string;
  required?: true;
}

export const FIELDS: readonly Field[] = [
  {
    id: 'packet_id',
    kind: 'line',
    required: true,
    placeholder: 'limit-retries',
    description: 'Unique in the repository: 3 to 64 lower-case letters, digits and dashes.',
  },
  {
    id: 'title',
    kind: 'line',
    required: true,
    placeholder: 'Limit retries in the uploader',
    description: 'What is to be done, in a line.',
  },
  {
    id: 'priority',
    kind: 'choice',
    options: ['P0', 'P1', 'P2', 'P3'],
    description: 'For people; changes no gate, limit or permission.',
  },
  {
    id: 'domain',
    kind: 'choice',
    options: ['security', 'web', 'game', 'general'],
    description: 'For people and reports; changes no gate, limit or permission.',
  },
  { id: 'packet_number', kind: 'number', description: 'Informative.' },
  { id: 'date', kind: 'line', description: 'Informative.' },
  {
    id: 'status',
    kind: 'choice',
    options: ['planned', 'ready', 'in_progress', 'done', 'superseded'],
    description: 'Informative.',
  },
  { id: 'authoritative', kind: 'flag', description: 'Informative.' },
  { id: 'labels', kind: 'yaml', placeholder: '- uploader', description: 'Informative: a list.' },
  { id: 'owner', kind: 'line', description: 'Informative.' },
  {
    id: 'applies_to',
    kind: 'yaml',
    placeholder: 'pipeline: build\nphases: [gen]',
    description: 'Informative: a pipeline and its phases.',
  },
  {
    id: 'authority_basis',
    kind: 'text',
    placeholder: 'issue #12',
    description: 'The issue, PRD or route that the work comes from.',
  },
  {
    id: 'depends_on',
    kind: 'yaml',
    placeholder: '- another-packet',
    description: 'Packet ids; blocked until each of them is merged.',
  },
  {
    id: 'blocked_by',
    kind: 'yaml',
    placeholder: '- { kind: migration, ref: 0042 }',
    description: 'Migrations that must come first.',
  },
  {
    id: 'risk_class',
    kind: 'choice',
    options: ['low', 'moderate', 'high', 'critical'],
    description: 'Needed before anything may run.',
  },
  {
    id: 'target',
    kind: 'yaml',
    placeholder: 'repository: acme/uploader\nbase_ref: main',
    description: 'Needed before anything may run: the repository and the branch that the work starts from.',
  },
  {
    id: 'allowed_paths',
    kind: 'yaml',
    placeholder: '- src/\n- test/retry.test.js',
    description: 'Needed before anything may run: files, `dir/`, or globs with `*`, `?` and `**`.',
  },
  {
    id: 'forbidden_paths',
    kind: 'yaml',
    placeholder: '- src/credentials.js',
    description: 'Needed before anything may run (`[]` for none): what may not change even where it is allowed.',
  },
  {
    id: 'forbidden_actions',
    kind: 'yaml',
    placeholder:
      '[push, merge, deploy, close, pr_open, issue_close, public_publication, credential_change, vendor_source_mutation, core_mutation]',
    description: 'Needed before anything may run: all ten.',
  },
  // No dropdown: GitHub reserves the option `none`.
  {
    id: 'mutation_mode',
    kind: 'line',
    placeholder: 'copied-fixture',
    description:
      'Needed before anything may run: none, copied-fixture, sandbox-repo, owned-noncritical-repo or candidate-default.',
  },
  { id: 'engine', kind: 'yaml', placeholder: 'id: command', description: 'The engine that the packet asks for.' },
  {
    id: 'permissions',
    kind: 'yaml',
    placeholder: 'network: none\nsecrets: none\ncloud: none',
    description: "The engine's; what is absent is none.",
  },
  {
    id: 'limits',
    kind: 'yaml',
    placeholder: 'timeout_seconds: 600\nchanged_files: 5',
    description: 'Positive integers; above the maximum of the configuration the packet is blocked.',
  },
  {
    id: 'setup',
    kind: 'yaml',
    placeholder:
      'commands:\n  - { name: install, run: [npm, ci] }\noutputs: [node_modules/]\ninputs: [package.json, package-lock.json]\nnetwork: [registry.npmjs.org:443]',
    description: 'Runs once on the base before the engine.',
  },
  {
    id: 'verification_commands',
    kind: 'yaml',
    placeholder: '- { name: unit, run: [node, --test], timeout_seconds: 120, expect_before: fail }',
    description: 'Needed before anything may run: how the result is proved.',
  },
  { id: 'no_verification_rationale', kind: 'text', description: 'Instead of commands: why there is nothing to run.' },
  {
    id: 'success_criteria',
    kind: 'yaml',
    placeholder: '- A failed upload is tried at most five times.',
    description: 'Shown wherever a person decides, and to the engine.',
  },
  {
    id: 'stop_conditions',
    kind: 'yaml',
    placeholder: '- The retry logic turns out to live in another package.',
    description: 'When to give up.',
  },
  { id: 'success_signal', kind: 'text', description: 'How one sees that it worked.' },
  { id: 'expects_changes', kind: 'flag', description: 'Default true: a run without a diff then fails.' },
  { id: 'scratch_paths', kind: 'yaml', placeholder: '- tmp/', description: 'Left-overs that are allowed at the end.' },
  {
    id: 'evidence_expectations',
    kind: 'yaml',
    placeholder: '- { path: coverage/summary.json, media_type: application/json, required: true }',
    description: 'Files that the run must leave.',
  },
  {
    id: 'approval',
    kind: 'yaml',
    placeholder: 'required: true\napprovers: { users: [alice] }\nmin: 1',
    description: 'Needed before anything may run; may only be stricter than the configuration.',
  },
  { id: 'outcome_required', kind: 'flag', description: 'Whether a person must accept the result.' },
  { id: 'rollback', kind: 'text', placeholder: 'Revert the commit.', description: 'How to undo it.' },
  {
    id: 'constraints',
    kind: 'yaml',
    placeholder: 'deterministic: true',
    description: 'Names and values; one that the harness does not know makes the packet ineligible.',
  },
  // Last: its text is free, and nothing after it is read as a field.
  { id: 'body', kind: 'text', description: 'The body of the packet: what is wanted and what to know.' },
];

/**
 * The label of a field in the form, which GitHub renders as a heading: `Risk class (risk_class)`. It holds the id so that no heading that somebody writes into a
 * free text is taken for it by accident.
 */
export const labelOf = ({ id }: Field): string =>
  `${id.charAt(0).toUpperCase()}${id.slice(1).replaceAll('_', ' ')} (${id})`;

/** The order of members in the canonical Markdown; others (`x-…`) follow by name. */
export const FIELD_ORDER: readonly string[] = ['schema', ...FIELDS.map((field) => field.id)];
