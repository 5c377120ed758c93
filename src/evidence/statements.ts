import { type Digest, digestOf, type Report, type Statement, type StatementResource } from '../contracts/index.ts';
import { resultCommit } from './result-commit.ts';

/** What the statements are about: the report, and the digests of files (bare hex) that they name. */
export interface StatementSource {
  report: Report;
  /** SHA-256 of report.json as it is written. */
  reportSha256: string;
}

const STATEMENT = 'https://in-toto.io/Statement/v1' as const;
/** URIs of the harness and of what it does (in-toto: TypeURI). */
const HARNESS = 'urn:countersign:harness:v1';
const RUN_TYPE = 'urn:countersign:run:v1';

const hex = (digest: Digest): string => digest.slice('sha256:'.length);

/** The members of `statements/` by path, unsigned. The predicates are the published ones (docs/adr/0053). */
export function statements(source: StatementSource): Map<string, Statement> {
  const result = new Map<string, Statement>();
  result.set('statements/provenance.intoto.json', provenance(source));
  const tests = testResult(source);
  if (tests) result.set('statements/test-result.intoto.json', tests);
  result.set('statements/verification-summary.intoto.json', summary(source));
  return result;
}

const file = ({ report }: StatementSource, path: string): StatementResource => ({
  name: path,
  digest: { sha256: hex(report.artifact_digests[path] ?? digestOf(null)) },
});

const resultOf = ({ report, reportSha256 }: StatementSource): StatementResource[] => {
  if (report.result_tree === null) return [];
  const tree: StatementResource = { name: 'result tree', digest: { gitTree: report.result_tree } };
  const commit = resultCommit(report, reportSha256);
  return commit === null ? [tree] : [{ name: 'result commit', digest: { gitCommit: commit.id } }, tree];
};

/** https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md; null where no command ran on a result. */
function testResult(source: StatementSource): Statement | null {
  const checks = source.report.verification.filter((check) => check.phase === 'after');
  const [first, ...others] = resultOf(source);
  if (checks.length === 0 || !first) return null;
  const named = (result: string): string[] => checks.filter((check) => check.result === result).map(({ name }) => name);
  const failed = [...named('fail'), ...named('not_run')];
  return {
    _type: STATEMENT,
    subject: [first, ...others],
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result: failed.length === 0 ? 'PASSED' : 'FAILED',
      configuration: [file(source, 'packet.json')],
      passedTests: named('pass'),
      warnedTests: [],
      failedTests: failed,
    },
  };
}

/** https://slsa.dev/spec/v1.1/verification_summary: PASSED says that the run's status is `pass`, and no more. */
function summary(source: StatementSource): Statement {
  const { report } = source;
  return {
    _type: STATEMENT,
    subject: [
      file(source, 'packet.json'),
      file(source, 'decision.json'),
      file(source, 'approvals.json'),
      file(source, 'patch.diff'),
    ],
    predicateType: 'https://slsa.dev/verification_summary/v1',
    predicate: {
      verifier: { id: HARNESS, version: {} },
      timeVerified: report.run_finished_at,
      resourceUri: `urn:countersign:run:${report.run_id}`,
      policy: { uri: `urn:countersign:decision:${report.decision_id}`, digest: { sha256: hex(report.decision_id) } },
      inputAttestations: [],
      verificationResult: report.status === 'pass' ? 'PASSED' : 'FAILED',
      verifiedLevels: [],
    },
  };
}

/** https://slsa.dev/spec/v1.1/provenance over report, patch and tree. */
function provenance(source: StatementSource): Statement {
  const { report } = source;
  const inputs: StatementResource[] = [file(source, 'packet.json'), file(source, 'inputs.json')];
  if (report.base_commit) inputs.push({ name: 'base commit', digest: { gitCommit: report.base_commit } });
  if (report.base_tree) inputs.push({ name: 'base tree', digest: { gitTree: report.base_tree } });
  return {
    _type: STATEMENT,
    subject: [
      { name: 'report.json', digest: { sha256: source.reportSha256 } },
      file(source, 'patch.diff'),
      ...resultOf(source).filter((resource) => resource.digest.gitTree !== undefined),
    ],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: RUN_TYPE,
        externalParameters: {
          packet_id: report.case_id,
          packet_digest: report.packet_digest,
          engine: report.backend,
          mutation_mode: report.mutation_mode,
        },
        internalParameters: { decision_id: report.decision_id, stage: report.stage },
        resolvedDependencies: inputs,
      },
      runDetails: {
        builder: { id: HARNESS },
        metadata: {
          invocationId: report.run_id,
          startedOn: report.run_started_at,
          finishedOn: report.run_finished_at,
        },
        byproducts: [file(source, 'events.normalized.jsonl'), file(source, 'trace.jsonl'), file(source, 'test.log')],
      },
    },
  };
}
