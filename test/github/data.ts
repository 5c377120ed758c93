/** What GitHub answers, as far as it is looked at, with some of the rest. */
export const ADA = { id: 7, login: 'ada', type: 'User', node_id: 'U_7', site_admin: false };
export const BOT = { id: 41898282, login: 'github-actions[bot]', type: 'Bot' };
export const SHA = '1'.repeat(40);
export const TIME = '2026-11-01T10:00:00Z';

export const issue = {
  id: 900,
  number: 7,
  title: 'Fix it',
  body: 'Grüße 🦊\r\n',
  state: 'open',
  user: ADA,
  labels: [{ id: 1, name: 'packet', color: 'fff' }],
  locked: false,
};

export const pull = {
  id: 901,
  number: 8,
  node_id: 'PR_8',
  title: 'Fix it',
  body: null,
  state: 'open',
  draft: true,
  merged_at: null,
  user: BOT,
  head: { ref: 'packet/fix-7', sha: SHA, repo: { full_name: 'acme/site' } },
  base: { ref: 'main', sha: SHA, repo: { full_name: 'acme/site' } },
};

export const comment = { id: 5, user: ADA, body: 'hello', created_at: TIME, updated_at: TIME };

export const checkRun = {
  id: 11,
  name: 'countersign/gate',
  head_sha: SHA,
  external_id: 'countersign:8:x',
  status: 'completed',
  conclusion: 'success',
  output: { title: 'Ready', summary: 'All there', annotations_count: 0 },
  app: { id: 15368, slug: 'github-actions' },
};

export const artifact = {
  id: 21,
  name: 'countersign-7-111111111111',
  size_in_bytes: 1000,
  digest: `sha256:${'a'.repeat(64)}`,
  expired: false,
  created_at: TIME,
  workflow_run: { id: 31, repository_id: 1, head_repository_id: 1, head_branch: 'main', head_sha: SHA },
};

export const workflowRun = {
  id: 31,
  path: '.github/workflows/countersign.yml',
  event: 'issues',
  head_branch: 'main',
  head_sha: SHA,
  repository: { id: 1 },
  head_repository: { id: 1 },
  status: 'completed',
  conclusion: 'success',
  run_attempt: 1,
  created_at: TIME,
  run_started_at: TIME,
};

export const job = {
  id: 41,
  name: 'packet / Sealed pass started sha256:x 21',
  status: 'completed',
  conclusion: 'success',
  started_at: TIME,
  completed_at: TIME,
  run_attempt: 1,
};
