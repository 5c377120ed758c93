import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What steps ask the harness while act runs: on GitHub the runner and its services do this. */
export interface Control {
  /** RUNNER_CONTROL of the steps. */
  url: string;
  close(): Promise<void>;
}

export interface Answers {
  /** A job begins. When it returns the token has that job's permissions. */
  begin(job: string, name: string): Promise<void>;
  /** The Sigstore bundle of a statement; refuses a job that may not ask for an identity. */
  attest(statement: string): Promise<string>;
}

/** Whatever goes wrong is an answer that is not 200, and the step fails. */
export async function openControl(answers: Answers): Promise<Control> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const [, what = '', job = ''] = (request.url ?? '').split('/');
      const answer =
        what === 'begin'
          ? answers.begin(job, body).then(() => '')
          : what === 'attest'
            ? answers.attest(body)
            : Promise.reject(new Error(`nothing at ${request.url}`));
      answer.then(
        (text) => response.writeHead(200).end(text),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () =>
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
