/** actions/upload-artifact with its own client, for one path without patterns. */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { getInput, setOutput } from '@actions/core';
import { publicServer } from '../public-server.mjs';

const { GITHUB_RUN_ID, GITHUB_REPOSITORY, GITHUB_SERVER_URL } = process.env;
const { DefaultArtifactClient } = await publicServer();

const path = resolve(getInput('path', { required: true }));
if (/[*?[\]!\n]/.test(path)) throw new Error('stand-in: one path without patterns');
const hidden = getInput('include-hidden-files') === 'true';
const files = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => hidden || !name.startsWith('.'))
    .flatMap((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)]));

const stat = statSync(path, { throwIfNoEntry: false });
const found = stat === undefined ? [] : stat.isDirectory() ? files(path) : [path];
if (found.length === 0) {
  if (getInput('if-no-files-found') === 'error') {
    console.error(`::error::No files were found with the provided path: ${basename(path)}`);
    process.exit(1);
  }
  process.exit(0);
}
const days = getInput('retention-days');
const { id, digest } = await new DefaultArtifactClient().uploadArtifact(
  getInput('name'),
  found,
  stat.isDirectory() ? path : dirname(path),
  { compressionLevel: Number(getInput('compression-level')), ...(days === '' ? {} : { retentionDays: Number(days) }) },
);
setOutput('artifact-id', id);
setOutput('artifact-digest', digest);
setOutput('artifact-url', `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/artifacts/${id}`);
