import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { inTwin, type Place } from './fixture.ts';
import type { TwinRun } from './index.ts';

const ZIP = Buffer.from('not really a zip, which is nobody’s business here');
const DIGEST = `sha256:${createHash('sha256').update(ZIP).digest('hex')}`;

const runOf = ({ site }: Place): TwinRun =>
  site.runs.start({ path: '.github/workflows/countersign.yml', event: 'issues' });

/** A call of the artifact service, as `@actions/artifact` makes it. */
async function call(
  { twin }: Place,
  run: TwinRun,
  method: string,
  body: object,
  token = run.runtimeToken(),
): Promise<[number, Record<string, unknown>]> {
  const response = await fetch(`${twin.resultsUrl}twirp/github.actions.results.api.v1.ArtifactService/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      workflow_run_backend_id: String(run.id),
      workflow_job_run_backend_id: String(run.id),
      ...body,
    }),
  });
  return [response.status, (await response.json()) as Record<string, unknown>];
}

async function upload(
  place: Place,
  run: TwinRun,
  name: string,
  blocks: readonly Buffer[] = [ZIP],
): Promise<[number, Record<string, unknown>]> {
  const [status, made] = await call(place, run, 'CreateArtifact', { name, version: 4 });
  if (status !== 200) return [status, made];
  const url = String(made['signed_upload_url']);
  const put = async (query: string, body: string | Uint8Array<ArrayBuffer>): Promise<void> => {
    expect((await fetch(url + query, { method: 'PUT', body })).status).toBe(201);
  };
  const ids = blocks.map((_, n) => Buffer.from(`block-${n}`).toString('base64'));
  // In any order: the list at the end says which comes first.
  for (const [n, id] of [...ids.entries()].toReversed())
    await put(`&comp=block&blockid=${encodeURIComponent(id)}`, Uint8Array.from(blocks[n] ?? Buffer.alloc(0)));
  await put('&comp=blocklist', `<BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`);
  const whole = Buffer.concat([...blocks]);
  const hash = `sha256:${createHash('sha256').update(whole).digest('hex')}`;
  return await call(place, run, 'FinalizeArtifact', { name, size: String(whole.length), hash });
}

describe('the artifact service', () => {
  it('takes an archive in blocks, lists it, and gives it back through both doors', () =>
    inTwin(async (place) => {
      const { twin, ask } = place;
      const run = runOf(place);
      const [status, done] = await upload(place, run, 'pack', [ZIP.subarray(0, 10), ZIP.subarray(10)]);
      expect([status, done]).toMatchObject([200, { ok: true }]);
      const id = Number(done['artifact_id']);
      expect((await call(place, run, 'ListArtifacts', { name_filter: 'pack' }))[1]).toMatchObject({
        artifacts: [{ database_id: String(id), name: 'pack', size: String(ZIP.length), digest: DIGEST }],
      });
      const [, { signed_url: signed }] = await call(place, run, 'GetSignedArtifactURL', { name: 'pack' });
      expect(Buffer.from(await (await fetch(String(signed))).arrayBuffer())).toEqual(ZIP);

      const token = twin.token({ repository: 'acme/site', permissions: { actions: 'read' } });
      expect((await ask(token, 'GET', '/repos/acme/site/actions/artifacts?name=pack')).data).toMatchObject({
        total_count: 1,
        artifacts: [
          {
            id,
            name: 'pack',
            size_in_bytes: ZIP.length,
            digest: DIGEST,
            expired: false,
            workflow_run: { id: run.id, head_branch: 'main' },
          },
        ],
      });
      const zip = await ask(token, 'GET', `/repos/acme/site/actions/artifacts/${id}/zip`);
      expect(zip.status).toBe(302);
      const address = zip.headers.get('location') ?? '';
      expect((await fetch(address)).status).toBe(200);
      // Whoever sends GitHub's token on to the storage host has given it away.
      expect((await fetch(address, { headers: { authorization: `token ${token}` } })).status).toBe(400);
    }));

  it('refuses a name twice in a run, a wrong size or digest, another run’s token, no token', () =>
    inTwin(async (place) => {
      const run = runOf(place);
      expect((await upload(place, run, 'pack'))[0]).toBe(200);
      expect(await upload(place, run, 'pack')).toMatchObject([409, { code: 'already_exists' }]);
      expect((await upload(place, run, 'pack-2'))[0]).toBe(200);
      expect((await upload(place, run, 'a/b'))[0]).toBe(400);
      const other = runOf(place);
      expect((await upload(place, other, 'pack'))[0]).toBe(200);
      expect(await call(place, run, 'GetSignedArtifactURL', { name: 'pack' }, other.runtimeToken())).toMatchObject([
        403,
        { code: 'permission_denied' },
      ]);
      expect((await call(place, run, 'ListArtifacts', {}, 'guessed'))[0]).toBe(401);

      const [, made] = await call(place, run, 'CreateArtifact', { name: 'pack-3', version: 4 });
      await fetch(String(made['signed_upload_url']), { method: 'PUT', body: 'bytes' });
      expect((await call(place, run, 'FinalizeArtifact', { name: 'pack-3', size: '6' }))[0]).toBe(400);
      expect((await call(place, run, 'FinalizeArtifact', { name: 'pack-3', size: '5', hash: DIGEST }))[0]).toBe(400);
      // What was never finished is not there.
      expect((await call(place, run, 'ListArtifacts', { name_filter: 'pack-3' }))[1]).toEqual({ artifacts: [] });
      expect((await call(place, run, 'GetSignedArtifactURL', { name: 'pack-3' }))[0]).toBe(404);
    }));

  it('signed addresses are for one thing and for a while', () =>
    inTwin(async (place) => {
      const { later, site, twin, ask } = place;
      const run = runOf(place);
      const [, made] = await call(place, run, 'CreateArtifact', { name: 'pack', version: 4 });
      const address = String(made['signed_upload_url']);
      expect((await fetch(address)).status).toBe(403);
      expect((await fetch(address.replace(/sig=.{4}/, 'sig=AAAA'), { method: 'PUT', body: 'x' })).status).toBe(403);
      later(601);
      expect((await fetch(address, { method: 'PUT', body: 'x' })).status).toBe(403);
      const id = run.addArtifact('old', ZIP);
      run.expireArtifact(id);
      const token = twin.token({ repository: 'acme/site', permissions: { actions: 'read' } });
      expect((await ask(token, 'GET', `/repos/${site.fullName}/actions/artifacts/${id}/zip`)).status).toBe(410);
    }));

  it('an upload that breaks off breaks nothing', () =>
    inTwin(async (place) => {
      const run = runOf(place);
      const [, made] = await call(place, run, 'CreateArtifact', { name: 'pack', version: 4 });
      const url = new URL(String(made['signed_upload_url']));
      await new Promise<void>((resolve) => {
        const asked = request(url, { method: 'PUT', headers: { 'content-length': 1000 } });
        // The server hears of it a little later.
        asked.on('error', () => setTimeout(resolve, 200));
        asked.write('half', () => setTimeout(() => asked.destroy(new Error('killed')), 50));
      });
      expect((await call(place, run, 'ListArtifacts', {}))[1]).toEqual({ artifacts: [] });
    }));

  it('deletes', () =>
    inTwin(async (place) => {
      const run = runOf(place);
      await upload(place, run, 'pack');
      expect((await call(place, run, 'DeleteArtifact', { name: 'pack' }))[0]).toBe(200);
      expect((await call(place, run, 'ListArtifacts', {}))[1]).toEqual({ artifacts: [] });
    }));
});

describe('runs and jobs', () => {
  it('are what the harness says, attempt by attempt, and jobs are check runs of their head', () =>
    inTwin(async ({ site, twin, ask, later }) => {
      const { event } = site.as('carol').openIssue({ title: 'x' });
      if (event === null) throw new Error('no event');
      const run = site.runs.start({ path: '.github/workflows/countersign.yml', event, title: 'Countersign #1' });
      const sealed = run.job('packet / Sealed').start();
      later();
      sealed.rename(`packet / Sealed pass started ${DIGEST} 7`).finish('success');
      run.job('packet / Publish').finish('skipped');
      expect(run.finish('success').payload).toMatchObject({
        action: 'completed',
        workflow_run: {
          id: run.id,
          name: 'Countersign',
          event: 'issues',
          path: '.github/workflows/countersign.yml',
          conclusion: 'success',
          display_title: 'Countersign #1',
          head_branch: 'main',
          actor: { login: 'carol' },
        },
      });
      run.rerun().job('packet / Sealed').start();
      const token = twin.token({
        repository: 'acme/site',
        permissions: { actions: 'read', checks: 'read', contents: 'read' },
      });
      const jobs = async (query: string): Promise<unknown> =>
        (
          (await ask(token, 'GET', `/repos/acme/site/actions/runs/${run.id}/jobs${query}`)).data as {
            jobs: { name: string; run_attempt: number }[];
          }
        ).jobs.map((job) => [job.run_attempt, job.name]);
      expect(await jobs('')).toEqual([[2, 'packet / Sealed']]);
      expect(await jobs('?filter=all')).toEqual([
        [1, `packet / Sealed pass started ${DIGEST} 7`],
        [1, 'packet / Publish'],
        [2, 'packet / Sealed'],
      ]);
      const { data } = await ask(token, 'GET', '/repos/acme/site/commits/main/check-runs');
      expect(
        (data as { check_runs: { name: string; app: { slug: string } }[] }).check_runs.map(({ name, app }) => [
          name,
          app.slug,
        ]),
      ).toContainEqual(['packet / Publish', 'github-actions']);
    }));

  it('a job’s check run is nobody’s to change', () =>
    inTwin(async (place) => {
      const { twin, ask } = place;
      const job = runOf(place).job('countersign/gate').start();
      const token = twin.token({ repository: 'acme/site', permissions: { checks: 'write' } });
      expect(
        (
          await ask(token, 'PATCH', `/repos/acme/site/check-runs/${job.id}`, {
            status: 'completed',
            conclusion: 'success',
          })
        ).status,
      ).toBe(403);
    }));
});
