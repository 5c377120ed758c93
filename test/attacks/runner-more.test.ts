import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { engineById, engineEventFindings, reportFindings } from '../../src/engines/index.ts';
import { verifyPack } from '../../src/evidence/index.ts';
import { folderDigest } from '../../src/run/outputs.ts';
import { inFolder, put } from '../git/fixture.ts';
import { type Ground, ground, packet } from '../run/repository.ts';

/** 6-attacks.md, Runner: what setup and engine leave in the folders that the harness reads, and where the harness itself may write. */

const FIX = `printf 'export const add = (a, b) => a + b;\\n' > src/add.mjs; `;
const sh = (script: string) => ({ argv: ['bash', '-c', FIX + script] });
const COMMAND = { engine: { id: 'command' } };

let here: Ground;
afterEach(() => here?.remove());

const play = async (script: string, engine = '') => {
  here = ground({ '.gitignore': 'made/\n' });
  const setup = { commands: [{ name: 'make', script: `mkdir made; ${script}` }], outputs: ['made/'] };
  return await here.run(packet({ ...COMMAND, setup }), sh(engine));
};

describe('outputs of setup', () => {
  it.each([
    ['a name that is not UTF-8', `touch made/$'\\xff'`],
    ['a link whose target is not UTF-8', `ln -s $'\\xff' made/link`],
    [
      'folders deeper than any path',
      `cd made; for i in {1..30}; do d=$(printf 'd%.0s' {1..200}); mkdir $d; cd $d; done`,
    ],
    ['a fifo', 'mkfifo made/fifo'],
    ['a socket', `python3 -c "import socket; socket.socket(socket.AF_UNIX).bind('made/s')"`],
  ])('that hold %s fail setup, and the harness does not crash', async (_what, script) => {
    const result = await play(script);
    expect(result.blockers.map((b) => b.code)).toEqual(['setup_failed']);
    expect(await verifyPack(result.pack ?? '')).toMatchObject({ ok: true });
  });

  it('that are sparse beyond limits.disk_mib are not hashed', async () => {
    await inFolder((dir) => {
      put(dir, { 'a/file': 'x'.repeat(100) });
      expect(folderDigest(dir, 99)).toMatchObject({ unfit: expect.stringContaining('limits.disk_mib') });
      expect(folderDigest(dir, 100)).toMatchObject({ digest: expect.stringContaining('sha256:') });
    });
  });

  it('that are links lead nowhere on the host: not for the harness, and not for the engine', async () => {
    const result = await play('ln -s /etc/shadow made/a; ln -s /root made/b', 'cat made/a made/b/* || true');
    expect(result.status).toBe('pass');
    expect(readFileSync(join(result.pack ?? '', 'backend/stdout.log'), 'utf8')).toBe('');
  });

  it('are read-only for the engine, with no setuid bit in force', async () => {
    const probe = 'touch made/x 2>/dev/null && exit 7; ./made/sh -p -c "touch /usr/x" 2>/dev/null && exit 8; true';
    expect((await play('cp /bin/sh made/sh; chmod 4755 made/sh', probe)).status).toBe('pass');
  });
});

describe('an engine that talks without end', () => {
  const fake = engineById('fake')?.descriptor;
  if (!fake) throw new Error('there is no fake engine');

  it('in events is cut short, in findings too', () => {
    expect(engineEventFindings(fake, Array<string>(2_000_000).fill('x'), true)).toHaveLength(1);
    expect(engineEventFindings(fake, Array<string>(10_000).fill('x'), true).length).toBeLessThan(30);
  });

  it('in its report is cut short', () => {
    const { id, version } = fake;
    const artifact = { sha256: '0'.repeat(64), bytes: 0, kind: 'added' as const };
    const artifacts = Array.from({ length: 30_000 }, (_, n) => ({ ...artifact, path: `lie/${n}` }));
    const schema = 'countersign/execution-report/v1' as const;
    const report = { schema, engine: { id, version }, tool_versions: {}, model: null, artifacts };
    expect(reportFindings(fake, report, [], [])).toHaveLength(101);
  });

  it.each([
    ['events that are no text', `printf '\\0\\377\\n' >> $COUNTERSIGN_EVENTS`, 'missing_required_event'],
    ['events in the place of a folder', 'rm $COUNTERSIGN_EVENTS; mkdir $COUNTERSIGN_EVENTS', 'engine_failed'],
    ['a million lines', `yes | head -1000000 >> $COUNTERSIGN_EVENTS`, 'missing_required_event'],
    ['a report that is a link', 'ln -s /etc/passwd $COUNTERSIGN_REPORT', 'engine_failed'],
  ])('leaves a pack that verifies: %s', async (_what, script, code) => {
    const steps = [{ spawn: { argv: ['bash', '-c', FIX + script] } }];
    here = ground({ 'scripts/play.yml': JSON.stringify({ steps }) });
    const result = await here.run(packet({ engine: { id: 'fake', script: 'scripts/play.yml' } }));
    expect(result.blockers.map((b) => b.code)).toContain(code);
    expect(await verifyPack(result.pack ?? '')).toMatchObject({ ok: true });
  });
});

describe('where used approvals are kept', () => {
  it('is never in the repository', async () => {
    here = ground();
    const env = { ...here.env, XDG_STATE_HOME: join(here.repo, 'state') };
    await expect(here.run(packet(COMMAND), { ...sh(''), env })).rejects.toMatchObject({ name: 'UserError' });
    expect(existsSync(join(here.repo, 'state'))).toBe(false);
  });
});

describe('the folder of packs', () => {
  it('replaced by a link while the engine runs gives no pack, no crash and nothing behind the link', async () => {
    here = ground();
    const other = join(here.root, 'other');
    mkdirSync(other);
    const swap = (line: string): void => {
      if (line !== 'inspecting the change') return;
      renameSync(here.out, `${here.out}.old`);
      symlinkSync(other, here.out);
    };
    const result = await here.run(packet(COMMAND), { ...sh(''), progress: swap });
    expect(result).toMatchObject({ status: 'fail', exit_code: 1, pack: null });
    expect(result.blockers.map((b) => b.code)).toContain('artifact_write_failure');
    expect(readdirSync(other)).toEqual([]);
  });

  it('is won by one of three runs that would be the same run', async () => {
    here = ground();
    const env = { ...here.env, SOURCE_DATE_EPOCH: String(Math.floor(Date.now() / 1000)) };
    const runs = await Promise.allSettled([1, 2, 3].map(() => here.run(packet(COMMAND), { ...sh(''), env })));
    const passed = runs.flatMap((run) => (run.status === 'fulfilled' && run.value.pack ? [run.value.pack] : []));
    expect(passed).toHaveLength(1);
    expect(await verifyPack(passed[0] ?? '')).toMatchObject({ ok: true });
  });
});

describe('processes that try to stay', () => {
  it('are gone with the engine, whatever session and namespace they asked for', async () => {
    here = ground();
    const name = `stay${process.pid}`;
    const stay = `cp /bin/sleep ./${name}; (setsid unshare -Ur ./${name} 600 &); (setsid nohup ./${name} 600 &); sleep 0.1; rm ${name}`;
    expect((await here.run(packet(COMMAND), sh(stay))).status).toBe('pass');
    const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
    const names = pids.map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
      } catch {
        return '';
      }
    });
    expect(names).not.toContain(name);
  });
});
