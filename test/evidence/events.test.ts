import { describe, expect, it } from '@jest/globals';
import { CODES, EVENT_TYPES, type Event, type EventType } from '../../src/contracts/index.ts';
import { blockersAt, eventOrderErrors } from '../../src/evidence/events.ts';

const PASS: EventType[] = [
  'run.started',
  'task.contract.created',
  'plan.updated',
  'patch.applied',
  'git.diff.checked',
  'verification.completed',
  'run.completed',
];
const APPROVED: EventType[] = [...PASS.slice(0, 3), 'approval.requested', 'approval.granted', ...PASS.slice(3)];
const BLOCKED: EventType[] = ['run.started', 'task.contract.created', 'backend.gate.blocked', 'run.completed'];

const DENIED: EventType[] = [...BLOCKED.slice(0, 2), 'approval.requested', 'approval.denied', ...BLOCKED.slice(2)];

interface Shape {
  codes?: string[];
  required?: boolean;
  status?: string;
}

/** Events of these types with just what the order looks at. */
function events(types: readonly EventType[], { codes = [], required = false, status }: Shape = {}): Event[] {
  const blocked = types.includes('backend.gate.blocked');
  return types.map((type, index) => ({
    seq: index + 1,
    time: '2026-01-01T00:00:00.000Z',
    run_id: 'run-0000000000000000',
    type,
    prev: null,
    data: {
      blockers: blockersAt(type, codes, blocked),
      approval_required: required,
      status: status ?? (blocked ? 'blocked' : 'pass'),
      result: type === 'verification.completed' && blocked ? 'not_run' : 'pass',
    },
  })) as unknown as Event[];
}
const messages = (list: readonly Event[]): string =>
  eventOrderErrors(list)
    .map((e) => e.message)
    .join('; ');
const without = (types: readonly EventType[], type: EventType): EventType[] => types.filter((t) => t !== type);

describe('the order of events', () => {
  it.each<[string, Event[]]>([
    ['a passing run', events(PASS)],
    ['an approved run', events(APPROVED, { required: true })],
    ['a blocked run', events(BLOCKED, { codes: ['engine_unknown'] })],
    [
      'a run blocked for its approval',
      events(['run.started', 'task.contract.created', 'approval.requested', 'backend.gate.blocked', 'run.completed'], {
        codes: ['approval_missing'],
        required: true,
      }),
    ],
    [
      'a denied run',
      events(
        [
          'run.started',
          'task.contract.created',
          'approval.requested',
          'approval.denied',
          'backend.gate.blocked',
          'run.completed',
        ],
        { codes: ['approval_denied'], required: true },
      ),
    ],
    [
      'a run without test commands',
      events([...BLOCKED.slice(0, 3), 'verification.completed', 'run.completed'], { codes: ['missing_test_command'] }),
    ],
    [
      'a crash after the plan',
      events([...PASS.slice(0, 3), 'run.completed'], { codes: ['internal_error'], status: 'fail' }),
    ],
    [
      'a crash at once',
      events(['run.started', 'task.contract.created', 'run.completed'], { codes: ['internal_error'], status: 'fail' }),
    ],
    ['a cancelled run', events([...PASS.slice(0, 4), 'run.completed'], { codes: ['cancelled'], status: 'fail' })],
  ])('is accepted for %s', (_what, list) => expect(messages(list)).toBe(''));

  it.each(PASS.map((type) => [type]))('needs %s in a run that no gate blocked', (type) => {
    expect(messages(events(without(PASS, type)))).not.toBe('');
  });
  it.each(BLOCKED.map((type) => [type]))('needs %s in a blocked run', (type) => {
    expect(messages(events(without(BLOCKED, type), { codes: ['engine_unknown'], status: 'blocked' }))).not.toBe('');
  });
  it.each(PASS.slice(1).map((_, index) => [index]))('refuses two neighbours exchanged at %s', (index) => {
    const list = [...PASS];
    list.splice(index, 2, PASS[index + 1] as EventType, PASS[index] as EventType);
    expect(messages(events(list))).not.toBe('');
  });
  it.each(PASS.map((type, index) => [type, index] as const))('refuses %s twice', (type, index) => {
    const list = [...PASS];
    list.splice(index, 0, type);
    expect(messages(events(list))).toMatch(/twice|not run/);
  });
  it.each<[string, Event[]]>([
    [
      'a plan in a blocked run',
      events([...BLOCKED.slice(0, 2), 'plan.updated', ...BLOCKED.slice(2)], { codes: ['engine_unknown'] }),
    ],
    [
      'a patch in a blocked run',
      events([...BLOCKED.slice(0, 3), 'patch.applied', 'run.completed'], { codes: ['engine_unknown'] }),
    ],
    [
      'verification in a blocked run with test commands',
      events([...BLOCKED.slice(0, 3), 'verification.completed', 'run.completed'], { codes: ['engine_unknown'] }),
    ],
    ['no verification event where there are no test commands', events(BLOCKED, { codes: ['missing_test_command'] })],
    ['a blocked run that says pass', events(BLOCKED, { codes: ['engine_unknown'], status: 'pass' })],
    ['no approval where one is required', events(PASS, { required: true })],
    ['a request alone where one is required', events(without(APPROVED, 'approval.granted'), { required: true })],
    ['a grant that nobody requested', events(without(APPROVED, 'approval.requested'), { required: true })],
    [
      'a denial in a run that went on',
      events(
        APPROVED.map((t) => (t === 'approval.granted' ? 'approval.denied' : t)),
        { required: true },
      ),
    ],
    [
      'both a grant and a denial',
      events([...APPROVED.slice(0, 5), 'approval.denied', ...APPROVED.slice(5)], { required: true }),
    ],
    ['an approval that is not required', events(APPROVED)],
    ['nothing', []],
  ])('refuses %s', (_what, list) => expect(messages(list)).not.toBe(''));

  it('has a code named in its event and in every later one, whichever code it is', () => {
    for (const [code, { event, gate }] of Object.entries(CODES)) {
      const types = gate === null ? APPROVED : DENIED;
      const list = events(types, { codes: [code], required: true, status: gate === null ? 'fail' : 'blocked' });
      const named = list.filter((e) => e.data.blockers.includes(code)).map((e) => e.type);
      const from = types.indexOf(event);
      expect([code, named]).toEqual([code, from === -1 ? ['run.completed'] : types.slice(from)]);
      for (const e of list.filter((x) => x.type !== 'run.completed')) {
        const changed = list.map((x) =>
          x === e ? { ...x, data: { ...x.data, blockers: named.includes(x.type) ? [] : [code] } } : x,
        );
        expect(messages(changed as Event[])).toMatch(/names the blockers/);
      }
    }
  });

  it('knows every type of event there is', () => {
    for (const type of EVENT_TYPES)
      expect(blockersAt(type, ['internal_error'], type === 'backend.gate.blocked')).toEqual(
        type === 'run.completed' ? ['internal_error'] : [],
      );
  });
});
