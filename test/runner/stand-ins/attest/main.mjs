/** actions/attest: an in-toto statement, signed with the identity of this job by the Sigstore that the test runs (RUNNER_CONTROL), or refused where the job may not ask for one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getInput, setOutput } from '@actions/core';

const [algorithm, hex] = getInput('subject-digest', { required: true }).split(':');
if (algorithm !== 'sha256' || !/^[0-9a-f]{64}$/.test(hex ?? '')) throw new Error('subject-digest must be sha256:<hex>');
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: getInput('subject-name', { required: true }), digest: { sha256: hex } }],
  predicateType: getInput('predicate-type', { required: true }),
  predicate: JSON.parse(getInput('predicate', { required: true })),
};
const answer = await fetch(`${process.env.RUNNER_CONTROL}/attest`, { method: 'POST', body: JSON.stringify(statement) });
if (!answer.ok) throw new Error(`attest: ${answer.status} ${await answer.text()}`);
const path = join(process.env.RUNNER_TEMP, 'attestation.json');
writeFileSync(path, await answer.text());
setOutput('bundle-path', path);
