import { sha256Hex } from '../contracts/index.ts';
import { Answer } from './answer.ts';
import { entriesOf, type Parameters, type Transport } from './transport.ts';
import type { Annotation, CheckRun, DesiredCheckRun, Repository, Saved } from './types.ts';

/** Above this GitHub refuses the call. Source: docs.github.com/en/rest/checks/runs#create-a-check-run. */
const MAX_ANNOTATIONS = 50;

function checkRunOf(data: unknown, at: string): CheckRun {
  const run = new Answer(data, at);
  const output = run.object('output');
  return {
    id: run.number('id'),
    name: run.text('name'),
    headSha: run.sha('head_sha'),
    externalId: run.orNull('external_id', run.text),
    status: run.text('status'),
    conclusion: run.orNull('conclusion', run.text),
    title: output.orNull('title', output.text),
    summary: output.orNull('summary', output.text),
    app: run.orNull('app', run.object)?.text('slug') ?? null,
  };
}

export async function checkRunsOf(transport: Transport, { owner, name }: Repository, sha: string): Promise<CheckRun[]> {
  const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs';
  const found: CheckRun[] = [];
  for await (const page of transport.pages(route, { owner, repo: name, ref: sha, filter: 'latest' })) {
    found.push(...entriesOf(page, 'check_runs').map((entry) => checkRunOf(entry, page.at)));
  }
  return found;
}

/**
 * GitHub adds the annotations of an update to those that are there and never removes one, so a check run with other annotations is another check run: a digest of
 * them is part of its external id (docs/adr/0101).
 */
const externalIdOf = ({ externalId, annotations }: DesiredCheckRun): string =>
  annotations.length === 0 ? externalId : `${externalId}:${sha256Hex(JSON.stringify(annotations)).slice(0, 12)}`;

/**
 * @param app slug of the token's app: check runs of the same name by another app are not ours, and GitHub would not let us change them.
 */
export async function saveCheckRun(
  transport: Transport,
  repository: Repository,
  app: string,
  desired: DesiredCheckRun,
  existing: readonly CheckRun[],
): Promise<Saved> {
  const externalId = externalIdOf(desired);
  // The newest is what GitHub shows and requires: an older one that fits is history.
  const newest = (runs: readonly CheckRun[]): CheckRun | null => {
    const own = runs.filter((r) => r.name === desired.name && r.headSha === desired.headSha && r.app === app);
    const last = own.toSorted((a, b) => b.id - a.id)[0];
    return last?.externalId === externalId ? last : null;
  };
  const at = { owner: repository.owner, repo: repository.name };
  const ours = newest(existing);
  if (ours !== null) {
    if (isAsDesired(ours, desired)) return { id: ours.id, did: 'nothing' };
    const parameters = { ...at, check_run_id: ours.id, ...parametersOf(desired, externalId, []) };
    await transport.send('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', parameters);
    return { id: ours.id, did: 'updated' };
  }
  const parameters = { ...at, head_sha: desired.headSha, ...parametersOf(desired, externalId, desired.annotations) };
  const find = async (): Promise<CheckRun | null> => newest(await checkRunsOf(transport, repository, desired.headSha));
  const route = 'POST /repos/{owner}/{repo}/check-runs';
  const { id } = await transport.create(route, parameters, (reply) => checkRunOf(reply.data, reply.at), find);
  return { id, did: 'created' };
}

const isAsDesired = (run: CheckRun, { conclusion, title, summary }: DesiredCheckRun): boolean =>
  run.status === 'completed' && run.conclusion === conclusion && run.title === title && run.summary === summary;

function parametersOf(desired: DesiredCheckRun, externalId: string, annotations: readonly Annotation[]): Parameters {
  const { name, conclusion, title, summary, detailsUrl } = desired;
  return {
    name,
    external_id: externalId,
    status: 'completed',
    conclusion,
    ...(detailsUrl === undefined ? {} : { details_url: detailsUrl }),
    output: {
      title,
      summary,
      ...(annotations.length === 0 ? {} : { annotations: annotations.slice(0, MAX_ANNOTATIONS).map(annotationOf) }),
    },
  };
}

const annotationOf = ({ path, startLine, endLine, level, message, title }: Annotation): Parameters => ({
  path,
  start_line: startLine,
  end_line: endLine,
  annotation_level: level,
  message,
  ...(title === undefined ? {} : { title }),
});
