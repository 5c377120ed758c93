import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalText, digestOf } from '../../src/contracts/index.ts';
import { checkPacket, parsePacket, toMarkdown } from '../../src/packet/index.ts';
import { errorsOf, fixture, MINIMAL, packets, refusals, rules, withFront } from './packets.ts';

describe('the samples', () => {
  it('the complete one is valid and eligible', () => {
    expect(parsePacket(fixture('packet-example.md'))).toMatchObject({
      ok: true,
      eligible: true,
      missing: [],
      unknownConstraints: [],
    });
  });

  it('the one from the wild is valid and lacks what 2-contracts.md says', () => {
    expect(parsePacket(fixture('packet-04-external-gen-executor-hook.md'))).toMatchObject({
      ok: true,
      eligible: false,
      missing: [
        'risk_class',
        'target',
        'allowed_paths',
        'forbidden_paths',
        'forbidden_actions',
        'mutation_mode',
        'verification_commands',
        'approval',
      ],
      unknownConstraints: ['control_kernel_must_gate_before_gen', 'executor_contract_must_be_explicit'],
      packet: { depends_on: ['packet-03-opa-memoization'], date: '2026-01-10' },
    });
  });
});

describe('the canonical packet', () => {
  it('is the front matter as written plus the body', () => {
    const reading = parsePacket(
      '---\ntitle: A title\npacket_id: minimal\nlimits: {changed_files: 0x10}\n---\n\n \t\n  first\n\nlast  \n\n\n',
    );
    expect(reading).toMatchObject({ ok: true, packet: { body: '  first\n\nlast  \n' } });
    if (!reading.ok) return;
    expect(canonicalText(reading.packet)).toBe(
      '{"body":"  first\\n\\nlast  \\n","limits":{"changed_files":16},"packet_id":"minimal","title":"A title"}',
    );
    expect(reading.digest).toBe(digestOf(reading.packet));
  });

  it.each([
    ['key order', 'title: A title\npacket_id: minimal\n'],
    ['YAML style', '{"title": "A title",\n "packet_id": \'minimal\'}\n'],
    ['comments', '# why\npacket_id: minimal # id\ntitle: A title\n'],
  ])('does not depend on %s', (_what, front) => {
    const reference = parsePacket(`---\n${MINIMAL}---\nbody\n`);
    expect(parsePacket(`---\n${front}---\nbody\n`)).toEqual(reference);
  });

  it.each([
    ['CRLF', (t: string) => t.replaceAll('\n', '\r\n')],
    ['CR', (t: string) => t.replaceAll('\n', '\r')],
    ['blank lines around the body', (t: string) => t.replace('# Goal', '\n\n \n# Goal').concat('\n\n')],
    ['a final line feed', (t: string) => t.trimEnd()],
  ])('does not depend on %s', (_what, change) => {
    expect(parsePacket(change(fixture('packet-example.md')))).toEqual(parsePacket(fixture('packet-example.md')));
  });

  it.each([
    ['---\npacket_id: minimal\ntitle: A title\n---', ''],
    ['---\npacket_id: minimal\ntitle: A title\n---\n\n\n', ''],
    ['---\npacket_id: minimal\ntitle: A title\n---\nx\n---\ny', 'x\n---\ny\n'],
    ['---\npacket_id: minimal\ntitle: |\n  ---\n---\nx', 'x\n'],
  ])('%j has the body %j', (text, body) => {
    expect(parsePacket(text)).toMatchObject({ ok: true, packet: { body } });
  });

  it('survives its canonical Markdown, which is stable', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const checked = checkPacket(packet);
        expect(checked).toMatchObject({ ok: true });
        const text = toMarkdown(packet);
        expect(parsePacket(text)).toMatchObject({ ok: true, packet, digest: digestOf(packet) });
        const turned = Object.fromEntries(Object.entries(packet).toReversed()) as typeof packet;
        expect(toMarkdown(turned)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what is refused', () => {
  it.each([
    ['no front matter', '# Goal\n', ['front_matter_missing']],
    ['an indented fence', ' ---\na: b\n ---\n', ['front_matter_missing']],
    ['an open front matter', '---\npacket_id: abc\n', ['front_matter_open']],
    ['a closing fence with a blank', '---\npacket_id: abc\n--- \nbody', ['front_matter_open']],
    ['an empty front matter', '---\n---\n', ['front_matter_mapping']],
    ['a list', '---\n- a\n---\n', ['front_matter_mapping']],
    ['a body in the front matter', withFront('body: x'), ['body_in_front_matter']],
    ['another version', withFront('schema: countersign/packet/v2'), ['const']],
    ['an unknown member', withFront('allow_paths: [src/]'), ['additionalProperties']],
    ['a YAML 1.1 boolean', withFront('outcome_required: yes'), ['type']],
    ['null', withFront('rollback:'), ['type']],
  ])('%s', (_what, text, expected) => {
    expect(rules(text)).toEqual(expected);
  });

  it.each<[string, string, string[]]>([
    ['itself as a dependency', 'depends_on: [minimal]', ['dependency_self']],
    ['a dependency twice', 'depends_on: [other, other]', ['uniqueItems']],
    [
      'commands beside a rationale',
      'verification_commands: [{name: a, run: [x]}]\nno_verification_rationale: none',
      ['verification_contradiction'],
    ],
    ['a rationale that says nothing', 'no_verification_rationale: " "', ['text_blank']],
    ['a title that says nothing', 'title: " "', ['text_blank']],
    [
      'a command name twice',
      'verification_commands: [{name: a, run: [x]}, {name: a, run: [y]}]',
      ['command_name_twice'],
    ],
    ['run and script', 'verification_commands: [{name: a, run: [x], script: y}]', ['command_form']],
    ['neither run nor script', 'setup: {commands: [{name: a}]}', ['command_form']],
    ['a program above the tree', 'verification_commands: [{name: a, run: [../x]}]', ['path_parent']],
    ['a program elsewhere', 'setup: {commands: [{name: a, run: [/home/x/tool]}]}', ['path_absolute']],
    ['a script of the engine elsewhere', 'engine: {id: fake, script: /etc/passwd}', ['path_absolute']],
    ['a script of the engine above the tree', 'engine: {id: fake, script: a/../../b}', ['path_parent']],
    ['a script of the engine in .git', 'engine: {id: fake, script: .git/hooks/x}', ['path_git']],
    [
      'setup inputs above the tree',
      'setup: {commands: [{name: a, run: [x]}], inputs: [../package.json]}',
      ['path_parent'],
    ],
    [
      'a setup output without a slash',
      'setup: {commands: [{name: a, run: [x]}], outputs: [node_modules]}',
      ['pattern'],
    ],
    [
      'a setup output that is protected',
      'setup: {commands: [{name: a, run: [x]}], outputs: [.claude/]}',
      ['path_protected'],
    ],
    ['a setup output that is .git', 'setup: {commands: [{name: a, run: [x]}], outputs: [.git/]}', ['path_git']],
    [
      'a setup output inside another',
      'setup: {commands: [{name: a, run: [x]}], outputs: [a/, a/b/]}',
      ['path_overlap'],
    ],
    ['expected evidence elsewhere', 'evidence_expectations: [{path: ../x, required: true}]', ['path_parent']],
    ['a negated path', 'allowed_paths: ["!src/"]', ['glob_negation']],
    ['a branch that git refuses', 'target: {repository: a/b, base_ref: a..b}', ['branch_name']],
    ['a branch with refs/', 'target: {repository: a/b, base_ref: refs/heads/main}', ['branch_name']],
    ['a port that is none', 'permissions: {network: ["example.com:70000"]}', ['endpoint']],
    ['an address in disguise', 'permissions: {network: ["127.1:80"]}', ['endpoint']],
    ['an address as one number', 'permissions: {network: ["2130706433:80"]}', ['endpoint']],
    ['a URL', 'permissions: {network: ["https://example.com"]}', ['pattern']],
    ['an empty list of hosts', 'permissions: {network: []}', ['minItems']],
    ['a limit of zero', 'limits: {changed_files: 0}', ['minimum']],
    ['a negative limit', 'limits: {changed_files: -1}', ['minimum']],
    ['a broken limit', 'limits: {changed_files: 1.5}', ['type']],
    [
      'more approvers than there are',
      'approval: {required: true, min: 2, approvers: {users: [a]}}',
      ['approvers_too_few'],
    ],
    ['an unknown action', 'forbidden_actions: [fly]', ['enum']],
    ['a constraint that is a number', 'constraints: {deterministic: 1}', ['type']],
  ])('%s', (_what, front, expected) => {
    expect(rules(withFront(front))).toEqual(expected);
  });

  it('says everything at once, in order, with the place in the file as written', () => {
    const text = [
      '---',
      'packet_id: Bad Id',
      'allowed_paths: ["src/../x", "\u0430pp/", {}]',
      'nope: 1',
      'target: {repository: x}',
      '---',
      'body\u200b',
    ].join('\r\n');
    expect(refusals(text)).toEqual([
      '1:1 required /title',
      '2:12 pattern /packet_id',
      '3:17 path_parent /allowed_paths/0',
      '3:30 unsafe_character /allowed_paths/1',
      '3:37 type /allowed_paths/2',
      '4:1 additionalProperties /nope',
      '5:9 required /target/base_ref',
      '5:22 pattern /target/repository',
      '7:5 unsafe_character /body',
    ]);
    for (const error of errorsOf(text))
      expect(error).toMatchObject({
        code: 'contract_invalid',
        message: expect.stringMatching(/./),
        fix: expect.stringMatching(/./),
      });
  });
});

/** What the sample lacks after a change. */
const lacks = (from: string, to: string) => {
  const reading = parsePacket(fixture('packet-example.md').replace(from, to));
  if (!reading.ok) throw new Error(JSON.stringify(reading.errors));
  return { eligible: reading.eligible, missing: reading.missing, unknown: reading.unknownConstraints };
};

describe('eligibility', () => {
  it.each([
    [
      'an empty list of allowed paths',
      'allowed_paths: [src/, test/retry.test.js]',
      'allowed_paths: []',
      ['allowed_paths'],
    ],
    ['a forgotten action', 'push, merge', 'merge', ['forbidden_actions']],
    ['no commands', '  - { name: unit', '  [] # { name: unit', ['verification_commands']],
    ['no approval', 'approval: { required: false }\n', '', ['approval']],
  ])('%s', (_what, from, to, missing) => {
    expect(lacks(from, to)).toEqual({ eligible: false, missing, unknown: [] });
  });

  it('an empty list of forbidden paths is complete', () => {
    expect(lacks('forbidden_paths: [src/credentials.js]', 'forbidden_paths: []').eligible).toBe(true);
  });

  it.each([
    ['copied-fixture', []],
    ['none', []],
    ['sandbox-repo', ['verification_commands']],
  ])('a rationale in mode %s lacks %j', (mode, missing) => {
    const text = fixture('packet-example.md')
      .replace(/verification_commands:\n.*\n/, 'no_verification_rationale: documentation only\n')
      .replace('mutation_mode: copied-fixture', `mutation_mode: ${mode}`);
    expect(parsePacket(text)).toMatchObject({ ok: true, missing });
  });

  it('a known constraint with a value that nobody knows is unknown', () => {
    expect(lacks('deterministic: true', 'deterministic: mostly')).toEqual({
      eligible: false,
      missing: [],
      unknown: ['deterministic'],
    });
  });
});
