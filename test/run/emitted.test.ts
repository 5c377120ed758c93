import { describe, expect, it } from '@jest/globals';
import { type ExecutionReport, validateExecutionReport } from '../../src/contracts/index.ts';
import { emitted } from '../../src/run/emitted.ts';

const REPORT: ExecutionReport = {
  schema: 'countersign/execution-report/v1',
  engine: { id: 'command', version: '1' },
  tool_versions: {},
  model: null,
  artifacts: [],
};

describe('what the harness hands out', () => {
  it('is canonical, and keeps its own contract', () => {
    expect(emitted(validateExecutionReport, REPORT)).toMatch(/^\{"artifacts":\[\],"engine":/);
    const broken = { ...REPORT, engine: { id: 'No Engine', version: '1' } } as ExecutionReport;
    expect(() => emitted(validateExecutionReport, broken)).toThrow(/breaks its contract at \/engine\/id/);
  });
});
