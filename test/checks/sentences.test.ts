import { describe, expect, it } from '@jest/globals';
import { openingText, sentenceOf } from '../../src/checks/index.ts';
import { C1, check, request, review, saying, scene, sentence } from './scene.ts';

/** Every text that waits for a person says the exact sentence, and what is said so counts. */
describe('what to write', () => {
  const here = scene('published');
  if (!here.issue?.packet.ok) throw new Error('there is no packet');
  const { packet, digest } = here.issue.packet;

  it('stands in the check, escaped, and is what the reader of comments takes', () => {
    const { summary } = check(here, 'approval');
    expect(summary.replaceAll('\\', '')).toContain(sentence(here));
    expect(summary).toContain('review the head that opened the packet with *Approve*');
    expect(sentenceOf(sentence(here))).toEqual({
      kind: 'approve',
      packetId: packet.packet_id,
      digest: request(here).approval_digest,
    });
  });
  it('stands in the pull request, ready to copy', () => {
    const body = openingText({
      issue: 12,
      packet,
      digest,
      head: C1,
      repositoryClass: 'owned-noncritical',
      targetAdmission: 'uploader',
      request: request(here),
      required: true,
      scope: { allowed: ['src/'], forbidden: ['deploy/'] },
    });
    const copied = body.split('\n').flatMap((line) => (line.startsWith('    /') ? [line.slice(4)] : []));
    expect(copied).toEqual([sentence(here), `/deny ${packet.packet_id} ${digest}`]);
    expect(copied.map((line) => sentenceOf(line)?.kind)).toEqual(['approve', 'deny']);
    expect(body.split('\n')[0]).toBe('Closes #12');
    for (const part of [
      '`executable: false`',
      'allowed paths',
      'forbidden paths',
      'blocked actions',
      'rollback',
      '### Verification',
      'Evidence required afterwards',
      'target admission',
    ])
      expect(body).toContain(part);
  });
  it('is the head to review where an outcome is wanted', () => {
    expect(check(saying(here, review(100, 'ann', 10)), 'outcome').summary).toContain('See `countersign/evidence`');
  });
  it.each([
    ['/deny limit-retries', { kind: 'deny', packetId: 'limit-retries', digest: null }],
    [`/deny limit-retries ${digest}`, { kind: 'deny', packetId: 'limit-retries', digest }],
    ['/deny limit-retries sha256:12', { kind: 'deny', packetId: 'limit-retries', digest: null }],
    ['/deny  limit-retries', null],
    ['/deny Limit-Retries', null],
    ['/deny', null],
    ['/denyx limit-retries', null],
    ['', null],
  ])('%j', (body, means) => expect(sentenceOf(body)).toEqual(means));
});
