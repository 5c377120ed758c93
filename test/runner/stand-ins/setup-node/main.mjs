/** actions/setup-node on a machine that cannot install: the Node that is there must do. */
const wanted = Number.parseInt(process.env['INPUT_NODE-VERSION'] ?? '', 10);
const have = Number.parseInt(process.versions.node, 10);
if (!(have >= wanted)) throw new Error(`Node ${process.versions.node} is older than ${wanted}`);
console.log(`Node ${process.versions.node}`);
