import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../types.ts';
import type { RuntimeGrant } from '../http/tokens.ts';
import type { Artifact, World } from '../world/types.ts';

export interface TwirpAnswer {
  status: number;
  body: Json;
}

const PREFIX = '/twirp/github.actions.results.api.v1.ArtifactService/';
const DAY = 86_400_000;

const failed = (status: number, code: string, msg: string): TwirpAnswer => ({ status, body: { code, msg } });

/** `CreateArtifact` of a twirp path, or null. */
export const twirpMethod = (path: string): string | null =>
  path.startsWith(PREFIX) ? path.slice(PREFIX.length) : null;

/**
 * The artifact service that jobs upload to and download from (v4). Source: actions/toolkit, packages/artifact/src/generated/results/api/v1/artifact.ts: JSON with the
 * proto's names, 64-bit numbers as texts.
 */
export async function artifactService(
  world: World,
  method: string,
  { repository, run }: RuntimeGrant,
  body: Json,
): Promise<TwirpAnswer> {
  // A token is for its own run; other runs are read through the REST API.
  if (body['workflow_run_backend_id'] !== String(run.id))
    return failed(403, 'permission_denied', 'the token is for another run');
  const name = typeof body['name'] === 'string' ? body['name'] : '';
  const mine = repository.artifacts.filter((artifact) => artifact.run === run);
  const there = mine.find((artifact) => artifact.finalized && artifact.name === name);
  switch (method) {
    case 'CreateArtifact': {
      if (name === '' || /["<>|*?:\r\n\\/]/.test(name)) return failed(400, 'invalid_argument', 'bad artifact name');
      if (mine.some((artifact) => artifact.name === name))
        return failed(409, 'already_exists', 'an artifact with this name already exists on the workflow run');
      const id = world.nextId();
      const now = Date.parse(world.now());
      const asked = typeof body['expires_at'] === 'string' ? Date.parse(body['expires_at']) : now + 90 * DAY;
      const artifact: Artifact = {
        id,
        name,
        run,
        file: join(world.blobs, String(id)),
        finalized: false,
        size: 0,
        digest: '',
        expired: false,
        createdAt: world.now(),
        expiresAt: new Date(asked).toISOString(),
      };
      repository.artifacts.push(artifact);
      return { status: 200, body: { ok: true, signed_upload_url: world.signedUrl(artifact, 'w') } };
    }
    case 'FinalizeArtifact': {
      const artifact = mine.find((entry) => entry.name === name && !entry.finalized);
      if (!artifact) return failed(404, 'not_found', 'no such upload');
      const digest = await digestOf(artifact.file);
      const size = statSync(artifact.file).size;
      if (String(size) !== body['size']) return failed(400, 'invalid_argument', `size is ${size}`);
      if (body['hash'] !== undefined && body['hash'] !== digest)
        return failed(400, 'invalid_argument', `hash is ${digest}`);
      Object.assign(artifact, { finalized: true, size, digest });
      return { status: 200, body: { ok: true, artifact_id: String(artifact.id) } };
    }
    case 'ListArtifacts': {
      const fits = mine
        .filter(({ finalized }) => finalized)
        .filter(
          (entry) =>
            body['name_filter'] === undefined || body['name_filter'] === null || entry.name === body['name_filter'],
        )
        .filter(
          (entry) =>
            body['id_filter'] === undefined || body['id_filter'] === null || String(entry.id) === body['id_filter'],
        );
      return {
        status: 200,
        body: {
          artifacts: fits.map((entry) => ({
            workflow_run_backend_id: String(run.id),
            workflow_job_run_backend_id: String(run.id),
            database_id: String(entry.id),
            name: entry.name,
            size: String(entry.size),
            created_at: entry.createdAt,
            digest: entry.digest,
          })),
        },
      };
    }
    case 'GetSignedArtifactURL':
      return there
        ? { status: 200, body: { signed_url: world.signedUrl(there, 'r') } }
        : failed(404, 'not_found', `no artifact ${name}`);
    case 'DeleteArtifact':
      if (!there) return failed(404, 'not_found', `no artifact ${name}`);
      repository.artifacts = repository.artifacts.filter((artifact) => artifact !== there);
      return { status: 200, body: { ok: true, artifact_id: String(there.id) } };
    default:
      return failed(404, 'bad_route', `no method ${method}`);
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return `sha256:${hash.digest('hex')}`;
}
