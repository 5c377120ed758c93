/**
 * Plays a fake engine's script. Runs inside the sandbox as a process of its own, from one file without imports of ours: everything it may do is what
 * any engine may do there.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { connect } from 'node:net';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { EngineEvent, FakeScript } from '../contracts/index.ts';

type Step = FakeScript['steps'][number];
type EventType = EngineEvent['type'];

const script = JSON.parse(fs.readFileSync(process.argv[2] ?? '', 'utf8')) as FakeScript;
const eventsFile = process.env.COUNTERSIGN_EVENTS ?? '';
const reportFile = process.env.COUNTERSIGN_REPORT ?? '';
const root = process.cwd();

const omitted = new Set(script.steps.flatMap((step) => (step.omit ? [step.omit.event] : [])));
const emit = (type: EventType, data: object = {}): void =>
  fs.appendFileSync(eventsFile, `${JSON.stringify({ type, data })}\n`);
const usual = (type: EventType, data: object = {}): void => {
  if (!omitted.has(type)) emit(type, data);
};

/** Paths that this script changed, with what they were before: the true execution report is made from them. */
const touched = new Map<string, boolean>();
const exists = (path: string): boolean => fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
function touch(path: string): string {
  const absolute = resolve(root, path);
  const inside = relative(root, absolute);
  if (inside !== '' && inside !== '..' && !inside.startsWith('../') && !isAbsolute(inside) && !touched.has(inside))
    touched.set(inside, exists(absolute));
  return absolute;
}
function filesUnder(path: string): string[] {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat ? [path] : [];
  return fs.readdirSync(path).flatMap((name) => filesUnder(`${path}/${name}`));
}

function write({ path, content, base64, repeat = 1, mode }: NonNullable<Step['write']>): void {
  const file = touch(path);
  fs.mkdirSync(dirname(file), { recursive: true });
  const chunk = base64 === undefined ? Buffer.from(content ?? '') : Buffer.from(base64, 'base64');
  const fd = fs.openSync(file, 'w');
  // One buffer of about a megabyte at a time: a script may ask for a gigabyte.
  const times = Math.max(1, Math.min(repeat, Math.floor(1_048_576 / Math.max(1, chunk.length))));
  const block = Buffer.concat(Array.from({ length: times }, () => chunk));
  for (let left = repeat; left > 0; left -= times)
    fs.writeSync(fd, left >= times ? block : block.subarray(0, left * chunk.length));
  fs.closeSync(fd);
  if (mode !== undefined) fs.chmodSync(file, Number.parseInt(mode, 8));
}

function rename(from: string, to: string): void {
  const moved = filesUnder(resolve(root, from)).map((file) => relative(root, file));
  for (const file of moved) {
    touch(file);
    touch(`${to}${file.slice(relative(root, resolve(root, from)).length)}`);
  }
  const target = resolve(root, to);
  fs.mkdirSync(dirname(target), { recursive: true });
  fs.renameSync(resolve(root, from), target);
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function attempt(host: string, port: number): Promise<string> {
  return await new Promise<string>((done) => {
    const socket = connect({ host, port, timeout: 3000 });
    socket.once('connect', () => done('connected'));
    socket.once('timeout', () => done('timeout'));
    socket.once('error', (error: NodeJS.ErrnoException) => done(`refused ${error.code ?? error.message}`));
  });
}

function start({ argv, detach }: NonNullable<Step['spawn']>): void {
  const [file = '', ...rest] = argv;
  if (detach) {
    spawn(file, rest, { detached: true, stdio: 'ignore' })
      .on('error', () => {})
      .unref();
    return;
  }
  const result = spawnSync(file, rest, { stdio: ['ignore', 'inherit', 'inherit'] });
  console.log(
    `spawn ${JSON.stringify(argv)}: ${result.error ? result.error.message : `exit ${result.status ?? result.signal}`}`,
  );
}

const MUTATING = ['write', 'append', 'delete', 'rename', 'chmod', 'symlink'] as const;

async function play(step: Step): Promise<void> {
  if (step.write) write(step.write);
  if (step.append) fs.appendFileSync(touch(step.append.path), step.append.content);
  if (step.delete) {
    for (const file of filesUnder(resolve(root, step.delete.path))) touch(file);
    fs.rmSync(resolve(root, step.delete.path), { recursive: true });
  }
  if (step.rename) rename(step.rename.from, step.rename.to);
  if (step.chmod) fs.chmodSync(touch(step.chmod.path), Number.parseInt(step.chmod.mode, 8));
  if (step.symlink) {
    const link = touch(step.symlink.path);
    fs.mkdirSync(dirname(link), { recursive: true });
    fs.symlinkSync(step.symlink.target, link);
  }
  if (step.print) {
    const fd = step.print.stream === 'stderr' ? 2 : 1;
    for (let left = step.print.repeat ?? 1; left > 0; left -= 1) fs.writeSync(fd, step.print.text);
  }
  if (step.sleep) {
    if (step.sleep.ignore_sigterm) process.on('SIGTERM', () => {});
    await pause(step.sleep.seconds * 1000);
  }
  if (step.exit) process.exit(step.exit.code);
  if (step.spawn) start(step.spawn);
  if (step.connect)
    console.log(
      `connect ${step.connect.host}:${step.connect.port}: ${await attempt(step.connect.host, step.connect.port)}`,
    );
  if (step.emit) emit(step.emit.event, step.emit.data);
  if (MUTATING.some((name) => step[name] !== undefined)) usual('engine.change', step);
}

/** The content of a path as git would store it: the bytes of a file, the target of a symlink. */
function content(path: string): Buffer | null {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isSymbolicLink()) return fs.readlinkSync(path, { encoding: 'buffer' });
  return stat?.isFile() ? fs.readFileSync(path) : null;
}

function artifacts(): object[] {
  return [...touched.entries()].flatMap(([path, before]) => {
    const bytes = content(resolve(root, path));
    if (bytes === null && !before) return [];
    const sha256 = bytes === null ? '0'.repeat(64) : createHash('sha256').update(bytes).digest('hex');
    return [
      { path, sha256, bytes: bytes?.length ?? 0, kind: bytes === null ? 'deleted' : before ? 'modified' : 'added' },
    ];
  });
}

async function main(): Promise<never> {
  usual('engine.started');
  usual('engine.plan', { steps: script.steps.length });
  for (const step of script.steps) await play(step);
  usual('engine.review');
  const lies = Object.assign({}, ...script.steps.map((step) => step.report ?? {})) as NonNullable<Step['report']>;
  const { raw, skip, ...told } = lies;
  const report = {
    schema: 'countersign/execution-report/v1',
    engine: { id: 'fake', version: '1' },
    tool_versions: {},
    model: null,
    artifacts: told.artifacts ?? artifacts(),
    ...told,
  };
  if (!skip) fs.writeFileSync(reportFile, raw ?? JSON.stringify(report));
  usual('engine.completed');
  // Detached children hold no handle of ours; an open socket of a `connect` step might.
  process.exit(0);
}

// No top-level await: the bundle is CommonJS.
void main();
