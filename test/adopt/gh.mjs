#!/usr/bin/env node
// The few commands of gh that docs/adopt.md uses, over the twin: GH_API is its address, GH_REPO the repository, GH_TOKEN_OF_TEST the token. What it was asked for is kept in GH_LOG.
import { appendFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const { GH_API, GH_REPO, GH_TOKEN_OF_TEST, GH_LOG, GH_PACK } = process.env;
const args = process.argv.slice(2);
appendFileSync(GH_LOG, `${JSON.stringify(args)}\n`);
const option = (name) => args[args.indexOf(name) + 1];

async function send(method, path, body) {
  const answer = await fetch(`${GH_API}/${path}`, {
    method,
    headers: { authorization: `Bearer ${GH_TOKEN_OF_TEST}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  console.log(await answer.text());
}

const repo = `repos/${GH_REPO}`;
switch (args.slice(0, 2).join(' ')) {
  case 'auth token':
    console.log(GH_TOKEN_OF_TEST);
    break;
  case 'label create':
    await send('POST', `${repo}/labels`, { name: args[2], description: option('--description'), color: 'ededed' });
    break;
  case 'issue create':
    await send('POST', `${repo}/issues`, {
      title: option('--title'),
      body: readFileSync(option('--body-file'), 'utf8'),
      labels: [option('--label')],
    });
    break;
  case 'run list':
    console.log('4242');
    break;
  case 'run download': {
    // Artifacts come as a folder each, by their name.
    const folder = join(option('--dir'), `countersign-1-${'0'.repeat(12)}`);
    mkdirSync(folder, { recursive: true });
    cpSync(GH_PACK, folder, { recursive: true });
    console.log(basename(folder));
    break;
  }
  case 'api --method': {
    const path = args[3].replace('{owner}/{repo}', GH_REPO);
    // The twin's settings are changed by the test, from what stands in the log.
    if (option('--method') === 'PUT') break;
    await send(option('--method'), path, JSON.parse(readFileSync(option('--input'), 'utf8')));
    break;
  }
  default:
    throw new Error(`gh ${args.join(' ')} is not played here`);
}
