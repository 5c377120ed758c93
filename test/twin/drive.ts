import type { Twin, TwinRepository } from './types.ts';

/** What a driven request was answered with. */
export interface Driven {
  operation: string;
  status: number;
  body: unknown;
}

const WORKFLOW = 'name: Countersign\non:\n  workflow_dispatch:\n';
export const FILES = {
  'README.md': '# Site\n',
  'src/app.js': 'export const answer = 42;\n',
  '.github/workflows/countersign.yml': WORKFLOW,
};

const RULESET = {
  name: 'countersign',
  target: 'branch',
  enforcement: 'active',
  conditions: { ref_name: { include: ['refs/heads/release'], exclude: [] } },
  bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
  rules: [
    { type: 'deletion' },
    { type: 'non_fast_forward' },
    {
      type: 'required_status_checks',
      parameters: {
        strict_required_status_checks_policy: false,
        required_status_checks: [{ context: 'countersign/gate', integration_id: 15_368 }],
      },
    },
  ],
};

const idOf = (answer: Record<string, unknown>): number => Number(answer['id']);
const numberOf = (answer: Record<string, unknown>): number => Number(answer['number']);

/** Asks each operation once with a plausible request, as one story of one repository. `apiUrl`: the twin's own, or that of a proxy before it. */
export async function driveAll(twin: Twin, site: TwinRepository, apiUrl: string): Promise<Driven[]> {
  for (const [login, role] of [
    ['alice', 'admin'],
    ['bob', 'write'],
  ] as const)
    site.collaborator(login, role);
  site.settings.protect('main', { enabled: true, required_status_checks: { contexts: [], checks: [] } });
  const person = twin.token({ actor: 'alice' });
  const reviewer = twin.token({ actor: 'bob' });
  const all = {
    actions: 'write',
    checks: 'write',
    contents: 'write',
    issues: 'write',
    'pull-requests': 'write',
  } as const;
  const app = twin.token({ repository: site.fullName, permissions: { ...all, statuses: 'write' }, label: 'app' });
  const driven: Driven[] = [];

  /** Asks, fills in the path, and gives the answer's body. */
  const ask = async (
    operation: string,
    {
      path = {},
      query = '',
      body,
      as = app,
    }: { path?: Record<string, string | number>; query?: string; body?: unknown; as?: string } = {},
  ): Promise<Record<string, unknown>> => {
    const [method = '', below = ''] = operation.split(' ');
    const full = below.startsWith('/') ? below : `/repos/{owner}/{repo}${below === '' ? '' : `/${below}`}`;
    const names: Record<string, string | number> = { owner: site.owner, repo: site.name, ...path };
    const filled = full.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(names[name])));
    const response = await fetch(apiUrl + filled + query, {
      method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${as}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const answer: unknown = isJson && text !== '' ? (JSON.parse(text) as unknown) : null;
    driven.push({ operation: `${method} ${full}`, status: response.status, body: answer });
    return (answer ?? {}) as Record<string, unknown>;
  };

  await ask('GET /rate_limit');
  await ask('GET /user', { as: person });
  await ask('GET /users/{username}', { path: { username: 'bob' } });
  await ask('GET');
  await ask('GET branches/{branch}', { path: { branch: 'main' } });
  await ask('GET branches/{branch}/protection', { path: { branch: 'main' }, as: person });
  await ask('GET collaborators/{username}/permission', { path: { username: 'bob' } });
  await ask('GET actions/permissions', { as: person });
  await ask('GET actions/permissions/workflow', { as: person });

  const ruleset = await ask('POST rulesets', { as: person, body: RULESET });
  await ask('GET rulesets');
  await ask('GET rulesets/{ruleset_id}', { path: { ruleset_id: idOf(ruleset) }, as: person });
  await ask('GET rules/branches/{branch}', { path: { branch: 'release' } });

  const labels = { body: { labels: ['packet'] } };
  await ask('POST labels', { body: { name: 'later', color: '0e8a16', description: 'Not now' } });
  await ask('GET labels');
  await ask('GET labels/{name}', { path: { name: 'later' } });
  const issue = await ask('POST issues', {
    as: person,
    body: { title: 'Fix it', body: 'It is broken', labels: ['bug'] },
  });
  const at = { issue_number: numberOf(issue) };
  await ask('GET issues', { query: '?state=all&per_page=5' });
  await ask('PATCH issues/{issue_number}', { path: at, body: { title: 'Fix it now', body: 'It is very broken' } });
  await ask('POST issues/{issue_number}/labels', { path: at, ...labels });
  await ask('GET issues/{issue_number}/labels', { path: at });
  await ask('PUT issues/{issue_number}/labels', { path: at, ...labels });
  await ask('DELETE issues/{issue_number}/labels/{name}', { path: { ...at, name: 'packet' } });
  const comment = await ask('POST issues/{issue_number}/comments', { path: at, body: { body: 'Hello' } });
  const told = { comment_id: idOf(comment) };
  await ask('GET issues/{issue_number}/comments', { path: at });
  await ask('GET issues/comments/{comment_id}', { path: told });
  await ask('PATCH issues/comments/{comment_id}', { path: told, body: { body: 'Hello again' } });
  await ask('GET issues/{issue_number}', { path: at });

  const main = site.tip('main') ?? '';
  await ask('GET git/ref/{ref}', { path: { ref: 'heads/main' } });
  await ask('GET git/commits/{commit_sha}', { path: { commit_sha: main } });
  const tree = await ask('GET git/trees/{tree_sha}', { path: { tree_sha: main }, query: '?recursive=1' });
  const blob = (tree['tree'] as { type: string; sha: string }[]).find(({ type }) => type === 'blob')?.sha ?? '';
  await ask('GET git/blobs/{file_sha}', { path: { file_sha: blob } });
  await ask('GET contents/{path}', { path: { path: 'src/app.js' } });
  const ahead = site.commit({ 'src/app.js': 'export const answer = 43;\n' }, { parent: main, message: 'Count on' });
  const further = site.commit({ 'src/b.js': 'b\n' }, { parent: ahead, message: 'Add b' });
  await ask('POST git/refs', { body: { ref: 'refs/heads/packet/x-1', sha: ahead } });
  await ask('PATCH git/refs/{ref}', { path: { ref: 'heads/packet/x-1' }, body: { sha: further, force: false } });
  await ask('GET commits/{ref}', { path: { ref: further } });
  await ask('GET compare/{basehead}', { path: { basehead: `main...${further}` } });

  const pull = await ask('POST pulls', {
    body: { title: 'Count', head: 'packet/x-1', base: 'main', body: `Closes #${at.issue_number}`, draft: false },
  });
  const of = { pull_number: numberOf(pull) };
  await ask('GET pulls', { query: `?head=${site.owner}:packet/x-1&state=open` });
  await ask('GET pulls/{pull_number}', { path: of });
  await ask('PATCH pulls/{pull_number}', { path: of, body: { title: 'Count on' } });
  await ask('GET pulls/{pull_number}/commits', { path: of });
  await ask('GET pulls/{pull_number}/files', { path: of });
  await ask('GET commits/{commit_sha}/pulls', { path: { commit_sha: further } });
  await ask('POST pulls/{pull_number}/requested_reviewers', { path: of, body: { reviewers: ['bob'] } });
  await ask('GET pulls/{pull_number}/requested_reviewers', { path: of });
  await ask('DELETE pulls/{pull_number}/requested_reviewers', { path: of, body: { reviewers: ['bob'] } });
  const said = await ask('POST pulls/{pull_number}/reviews', {
    path: of,
    as: reviewer,
    body: { event: 'REQUEST_CHANGES', body: 'No', commit_id: further },
  });
  const review = { ...of, review_id: idOf(said) };
  await ask('GET pulls/{pull_number}/reviews', { path: of });
  await ask('GET pulls/{pull_number}/reviews/{review_id}', { path: review });
  await ask('PUT pulls/{pull_number}/reviews/{review_id}', { path: review, as: reviewer, body: { body: 'No, sorry' } });
  await ask('PUT pulls/{pull_number}/reviews/{review_id}/dismissals', {
    path: review,
    as: person,
    body: { message: 'Talked' },
  });
  site.as('alice').forcePush('packet/x-1', ahead);
  site.as('bob').close(of.pull_number);
  site.as('bob').reopen(of.pull_number);
  await ask('GET issues/{issue_number}/timeline', { path: { issue_number: of.pull_number } });

  const check = await ask('POST check-runs', {
    body: {
      name: 'countersign/gate',
      head_sha: ahead,
      status: 'completed',
      conclusion: 'action_required',
      output: {
        title: 'Not yet',
        summary: 'Nobody said yes',
        annotations: [{ path: 'src/app.js', start_line: 1, end_line: 1, annotation_level: 'warning', message: 'Look' }],
      },
    },
  });
  const ran = { check_run_id: idOf(check) };
  await ask('GET check-runs/{check_run_id}', { path: ran });
  await ask('PATCH check-runs/{check_run_id}', {
    path: ran,
    body: { status: 'completed', conclusion: 'success', output: { title: 'Yes', summary: 'Somebody did' } },
  });
  await ask('GET commits/{ref}/check-runs', { path: { ref: ahead }, query: '?filter=latest' });
  await ask('GET commits/{ref}/check-suites', { path: { ref: ahead } });
  await ask('POST statuses/{sha}', { path: { sha: ahead }, body: { state: 'success', context: 'other' } });
  await ask('GET commits/{ref}/statuses', { path: { ref: ahead } });
  await ask('GET commits/{ref}/status', { path: { ref: ahead } });

  const workflow = { workflow_id: 'countersign.yml' };
  await ask('GET actions/workflows');
  await ask('GET actions/workflows/{workflow_id}', { path: workflow });
  await ask('POST actions/workflows/{workflow_id}/dispatches', {
    path: workflow,
    body: { ref: 'main', inputs: { issue: '1' } },
  });
  const run = site.runs.start({ path: '.github/workflows/countersign.yml', event: 'issues', title: 'Countersign #1' });
  const job = run.job('packet / Run').start().finish('success');
  const artifact = run.addArtifact('countersign-1', new Uint8Array([80, 75, 5, 6, ...new Uint8Array(18)]));
  run.finish('success');
  await ask('GET actions/runs', { query: '?event=issues' });
  await ask('GET actions/runs/{run_id}', { path: { run_id: run.id } });
  await ask('GET actions/runs/{run_id}/jobs', { path: { run_id: run.id }, query: '?filter=all' });
  await ask('GET actions/jobs/{job_id}', { path: { job_id: job.id } });
  await ask('GET actions/runs/{run_id}/artifacts', { path: { run_id: run.id } });
  await ask('GET actions/artifacts', { query: '?name=countersign-1' });
  await ask('GET actions/artifacts/{artifact_id}', { path: { artifact_id: artifact } });
  await ask('GET actions/artifacts/{artifact_id}/{archive_format}', {
    path: { artifact_id: artifact, archive_format: 'zip' },
  });
  await ask('DELETE actions/artifacts/{artifact_id}', { path: { artifact_id: artifact } });

  await ask('PUT pulls/{pull_number}/merge', { path: of, body: { merge_method: 'squash', sha: ahead } });
  await ask('GET pulls/{pull_number}/merge', { path: of });
  await ask('DELETE git/refs/{ref}', { path: { ref: 'heads/packet/x-1' } });
  await ask('DELETE issues/comments/{comment_id}', { path: told });
  return driven;
}
