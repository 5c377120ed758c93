/** Where the bridge listens inside; the network namespace is the sandbox's own, so the port is always free. */
export const BRIDGE_PORT = 3128;

/**
 * The program that runs inside, between the sandbox's first process and the command: it carries bytes from 127.0.0.1 to the relay's socket, starts the
 * command once it listens, and ends as the command ends. It is plain text for `node -e`, because the sandbox has none of our files: arguments are the
 * socket, the environment to add as JSON, and the command.
 */
const SOURCE = `
const { createServer, connect } = require('node:net');
const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const [socket, added, program, ...rest] = process.argv.slice(1);
const server = createServer({ allowHalfOpen: true }, (client) => {
  const relay = connect({ path: socket, allowHalfOpen: true });
  client.pipe(relay);
  relay.pipe(client);
  client.on('error', () => relay.destroy());
  relay.on('error', () => client.destroy());
  client.on('close', () => relay.destroy());
  relay.on('close', () => client.destroy());
});
server.on('error', (error) => { console.error('countersign bridge:', error.message); process.exit(125); });
server.listen(${BRIDGE_PORT}, '127.0.0.1', () => {
  const child = spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...JSON.parse(added) } });
  child.on('error', (error) => { console.error(program + ': ' + error.message); process.exit(error.code === 'ENOENT' ? 127 : 126); });
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
});
`;

/** The command wrapped in the bridge. */
export const bridged = (
  node: string,
  socket: string,
  added: Readonly<Record<string, string>>,
  argv: readonly string[],
): string[] => [node, '-e', SOURCE, '--', socket, JSON.stringify(added), ...argv];

/**
 * The variables that make programs use the bridge: the usual six, npm's, and Node's own switch (Node 24 and later). What is on loopback inside is not
 * proxied, unless the packet listed loopback: then it is the host's that is meant.
 */
export function proxyEnvironment(network: readonly string[], caBundle: string | null): Record<string, string> {
  const proxy = `http://127.0.0.1:${BRIDGE_PORT}`;
  const direct = ['localhost', '127.0.0.1', '::1']
    .filter((host) => !network.some((pair) => pair.replace(/:\d+$/, '').replaceAll(/[[\]]/g, '') === host))
    .join(',');
  return {
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    NO_PROXY: direct,
    http_proxy: proxy,
    https_proxy: proxy,
    no_proxy: direct,
    npm_config_proxy: proxy,
    npm_config_https_proxy: proxy,
    npm_config_noproxy: direct,
    npm_config_update_notifier: 'false',
    NODE_USE_ENV_PROXY: '1',
    ...(caBundle === null ? {} : { NODE_EXTRA_CA_CERTS: caBundle }),
  };
}
