/**
 * A second opinion: every operation once, through Stoplight's Prism, which validates with other code than ours against the same description, or against GitHub's whole one.
 * Prism is no dependency:
 *
 *     npm install --prefix CACHE @stoplight/prism-cli@5.16.0
 *     node test/twin/prism.ts CACHE/node_modules/.bin/prism [api.github.com.json]
 *
 * Ends with 1 where Prism objects, or where it passes over the two mistakes that are made on purpose.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { driveAll, FILES } from './drive.ts';
import { openTwin, type Twin } from './index.ts';
import { description } from './openapi/describe.ts';

const [binary, document] = process.argv.slice(2);
if (binary === undefined) throw new Error('usage: prism.ts PRISM [api.github.com.json]');

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

interface Prism {
  url: string;
  process: ChildProcess;
}

async function startPrism(program: string, file: string, upstream: string): Promise<Prism> {
  const port = await freePort();
  const args = [
    'proxy',
    '--errors',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--verboseLevel',
    'error',
    file,
    upstream,
  ];
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`prism ended with ${child.exitCode}`);
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return { url, process: child };
    await sleep(200);
  }
  child.kill();
  throw new Error('prism does not start');
}

/** What Prism itself answers is a problem of RFC 7807. */
const objection = (body: unknown): string | null => {
  const { type, validation } = (body ?? {}) as { type?: unknown; validation?: unknown };
  return typeof type === 'string' && type.includes('stoplight.io/prism')
    ? `${type} ${JSON.stringify(validation ?? '')}`
    : null;
};

/** Two mistakes, one of each side: whoever finds neither has said nothing. */
async function passedOver(twin: Twin, url: string): Promise<string[]> {
  const headers = { authorization: `Bearer ${twin.token({ actor: 'alice' })}` };
  const found = async (path: string): Promise<boolean> => {
    const response = await fetch(url + path, { headers });
    return objection(await response.json()) !== null;
  };
  twin.faults.add({ on: 'GET /repos/{owner}/{repo}/labels', status: 200, body: [{ id: 'one', name: 'packet' }] });
  return [
    ...((await found('/repos/acme/site/labels')) ? [] : ['an answer that GitHub does not describe']),
    ...((await found('/repos/acme/site/issues?per_page=many')) ? [] : ['a request that GitHub does not describe']),
  ];
}

const folder = mkdtempSync(join(tmpdir(), 'twin-prism-'));
const twin = await openTwin();
let prism: Prism | null = null;
const problems: string[] = [];
try {
  const file = document ?? join(folder, 'github.json');
  if (document === undefined) writeFileSync(file, JSON.stringify(description()));
  prism = await startPrism(binary, file, twin.apiUrl);
  const driven = await driveAll(twin, twin.repository('acme/site', { files: FILES }), prism.url);
  for (const { operation, status, body } of driven) {
    // Prism goes after the redirect itself, with our token, which the storage host then refuses as Azure would.
    if (operation.endsWith('/{archive_format}')) continue;
    const said = objection(body);
    if (said !== null || status >= 400) problems.push(`${operation} ${status}: ${said ?? JSON.stringify(body)}`);
  }
  twin.expectNoViolations();
  problems.push(...(await passedOver(twin, prism.url)).map((what) => `Prism passes over ${what}`));
  process.stdout.write(`${driven.length} operations through Prism, ${problems.length} problems\n`);
} finally {
  prism?.process.kill();
  await twin.close();
  rmSync(folder, { recursive: true, force: true });
}
for (const line of problems) process.stderr.write(`${line}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
