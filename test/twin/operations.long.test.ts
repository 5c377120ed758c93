import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FILES, type Driven, driveAll } from './drive.ts';
import { openTwin, type Twin } from './index.ts';
import { OPERATIONS } from './openapi/operations.ts';
import { ROUTES } from './rest/index.ts';

describe('every operation that the twin answers', () => {
  let twin: Twin;
  let driven: Driven[];
  beforeAll(async () => {
    twin = await openTwin();
    driven = await driveAll(twin, twin.repository('acme/site', { files: FILES }), twin.apiUrl);
  });
  afterAll(() => twin.close());

  it('is one that GitHub describes, and has one handler', () => {
    expect(ROUTES.map(({ operation }) => operation).toSorted()).toEqual([...OPERATIONS].toSorted());
  });

  it('is asked once, and does what was asked', () => {
    expect(driven.map(({ operation }) => operation).toSorted()).toEqual([...OPERATIONS].toSorted());
    expect(driven.filter(({ status }) => status >= 400)).toEqual([]);
  });

  it('holds to GitHub’s description in what is asked and answered, and in the events it causes', () => {
    expect(twin.violations).toEqual([]);
    expect(new Set(twin.events.map(({ name }) => name))).toEqual(
      new Set([
        'issues',
        'issue_comment',
        'push',
        'pull_request',
        'pull_request_review',
        'check_run',
        'workflow_dispatch',
        'workflow_run',
      ]),
    );
  });
});
