import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { exec } from './measure.ts';

/** Git as in a clean room: no configuration of the machine's, no prompt, a fixed author and time. */
export const GIT_ENV = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'bench',
  GIT_AUTHOR_EMAIL: 'bench@example.invalid',
  GIT_COMMITTER_NAME: 'bench',
  GIT_COMMITTER_EMAIL: 'bench@example.invalid',
} as const;

export interface RepositorySize {
  files: number;
  /** Bytes of each file, about. */
  bytes: number;
}

/** Path of file n: folders of 100, as in a real tree. */
export const pathOf = (n: number): string => `src/${Math.floor(n / 10_000)}/${Math.floor(n / 100) % 100}/file-${n}.txt`;

const LINES = 4096;

/** Writes the content of file n: lines of hex in an order of its own; they compress by half, about like source text does. */
function contents(): (n: number, bytes: number) => string {
  const lines = Array.from({ length: LINES }, (_, line) => createHash('sha512').update(`${line}`).digest('hex'));
  return (n, bytes) => {
    const parts = [`file ${n}`];
    for (let length = 0, line = 0; length < bytes; line += 1) {
      const text = lines[(n * 7919 + line * 31) % LINES] ?? '';
      parts.push(text);
      length += text.length + 1;
    }
    return `${parts.join('\n').slice(0, bytes - 1)}\n`;
  };
}

/** A text as git-fast-import(1) takes one. */
const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;

/**
 * Makes a repository with one commit on `main`, its work tree checked out and clean, all objects in one pack (as a clone has them). `extra` are files
 * beside the generated ones, path to content.
 */
export async function makeRepository(
  folder: string,
  { files, bytes }: RepositorySize,
  extra: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const git = { cwd: folder, env: { ...env, ...GIT_ENV } };
  await exec(['git', 'init', '-q', '-b', 'main'], git);
  const importer = spawn('git', ['fast-import', '--quiet'], { ...git, stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(importer, 'close') as Promise<[number]>;
  const write = async (text: string): Promise<void> => {
    if (!importer.stdin.write(text)) await once(importer.stdin, 'drain');
  };
  const contentOf = contents();
  await write(`commit refs/heads/main\ncommitter bench <bench@example.invalid> 1700000000 +0000\n${data('Base')}`);
  for (const [path, text] of Object.entries(extra)) await write(`M 100644 inline ${path}\n${data(text)}`);
  for (let n = 0; n < files; n += 1) await write(`M 100644 inline ${pathOf(n)}\n${data(contentOf(n, bytes))}`);
  importer.stdin.end('done\n');
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import: exit ${code}`);
  await exec(['git', 'reset', '-q', '--hard', 'main'], git);
  await exec(['git', 'status', '--porcelain'], git);
}
