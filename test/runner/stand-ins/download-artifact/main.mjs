/** actions/download-artifact with its own client, for one artifact of the same run. A wrong digest fails, as with the real one. */
import { resolve } from 'node:path';
import { getInput, setOutput } from '@actions/core';
import { publicServer } from '../public-server.mjs';

const { DefaultArtifactClient } = await publicServer();
const [name, id] = [getInput('name'), getInput('artifact-ids')];
if ((name === '') === (id === '') || id.includes(',')) throw new Error('stand-in: one name or one id');

const client = new DefaultArtifactClient();
const { artifacts } = await client.listArtifacts({ latest: true });
const found = artifacts.find((artifact) => (id === '' ? artifact.name === name : String(artifact.id) === id));
if (found === undefined) throw new Error(`there is no artifact ${name}${id} in this run`);
const path = resolve(getInput('path', { required: true }));
const { digestMismatch } = await client.downloadArtifact(found.id, { path, expectedHash: found.digest });
if (digestMismatch) throw new Error('the digest of the artifact is another one');
setOutput('download-path', path);
