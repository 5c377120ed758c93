/**
 * `gh` as far as docs/adopt.md uses it, against the API that GITHUB_API_URL names and as whom GITHUB_TOKEN says. The repository is that of the remote `origin`. What it does not know it
 * refuses, so that a page that says something else fails its test.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { GITHUB_API_URL, GH_TOKEN } = process.env;
const origin = execFileSync('git', ['config', 'remote.origin.url'], { encoding: 'utf8' }).trim();
const [, repository] = /([^/:]+\/[^/]+?)(?:\.git)?$/.exec(origin) ?? [];

async function api(method, path, body) {
  const first = await fetch(`${GITHUB_API_URL}/repos/${repository}${path}`, {
    method,
    headers: { authorization: `Bearer ${GH_TOKEN}`, accept: 'application/vnd.github+json' },
    redirect: 'manual',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = first.status === 302 ? await fetch(first.headers.get('location')) : first;
  if (!answer.ok) throw new Error(`gh: ${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}
const text = { type: 'string' };
const flags = (args, options, positionals = 0) => {
  const parsed = parseArgs({ args, options, allowPositionals: positionals > 0 });
  if (parsed.positionals.length !== positionals) throw new Error(`gh: ${args.join(' ')}`);
  return { ...parsed.values, _: parsed.positionals };
};

const commands = {
  'auth token': () => console.log(GH_TOKEN),
  'label create': async (args) => {
    const { _: names, description } = flags(args, { description: text, color: text }, 1);
    const [name] = names;
    await api('POST', '/labels', { name, color: 'ededed', description });
  },
  'issue create': async (args) => {
    const { title, label, 'body-file': file } = flags(args, { title: text, label: text, 'body-file': text });
    await api('POST', '/issues', { title, labels: [label], body: readFileSync(file, 'utf8') });
  },
  'run download': async (args) => {
    // Without a run: the newest of each name, of all runs.
    const { pattern, dir } = flags(args, { pattern: text, dir: text });
    if (!/^[\w-]+\*$/.test(pattern)) throw new Error(`gh run download: ${pattern}`);
    const { artifacts } = await (await api('GET', '/actions/artifacts?per_page=100')).json();
    const found = new Map();
    for (const { id, name } of artifacts)
      if (name.startsWith(pattern.slice(0, -1)) && !found.has(name)) found.set(name, id);
    if (found.size === 0) throw new Error('gh: no artifacts');
    for (const [name, id] of found) {
      const folder = join(dir, name);
      mkdirSync(folder, { recursive: true });
      const zip = join(dir, `.${id}.zip`);
      writeFileSync(zip, Buffer.from(await (await api('GET', `/actions/artifacts/${id}/zip`)).arrayBuffer()));
      execFileSync('unzip', ['-q', zip, '-d', folder]);
      rmSync(zip);
    }
  },
};

/** `gh api --method METHOD repos/{owner}/{repo}/PATH [-f|-F name=value]… [--input FILE]` */
async function raw(args) {
  const many = { type: 'string', multiple: true, default: [] };
  const options = { method: text, input: text, 'raw-field': { ...many, short: 'f' }, field: { ...many, short: 'F' } };
  const { _: routes, method, input, field, 'raw-field': texts } = flags(args, options, 1);
  const [, path] = /^repos\/\{owner\}\/\{repo\}(\/.*)$/.exec(routes[0]) ?? [];
  if (path === undefined) throw new Error(`gh api: ${routes[0]}`);
  const given = Object.fromEntries([
    ...texts.map((pair) => pair.split(/=(.*)/s).slice(0, 2)),
    ...field.map((pair) => pair.split(/=(.*)/s).slice(0, 2)).map(([name, value]) => [name, JSON.parse(value)]),
  ]);
  const body = input === undefined ? given : JSON.parse(readFileSync(input, 'utf8'));
  if (method === 'PUT' && path === '/actions/permissions/workflow') {
    // The twin has these settings as the page wants them, and no operation to change them.
    const now = await (await api('GET', path)).json();
    for (const [name, value] of Object.entries(body))
      if (now[name] !== value) throw new Error(`gh: ${name} is ${now[name]}`);
    return;
  }
  await api(method, path, body);
}

const [first = '', second = '', ...rest] = process.argv.slice(2);
if (first === 'api') await raw([second, ...rest]);
else {
  const command = commands[`${first} ${second}`];
  if (command === undefined) throw new Error(`gh ${first} ${second}`);
  await command(rest);
}
