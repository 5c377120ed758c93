import { ok, problem } from './finding.ts';
import type { DoctorFacts, Finding } from './types.ts';

const OLDEST_NODE = 20;

/** Whether this machine could run a packet. On GitHub the runner must: the Action makes bubblewrap available there. */
export function machineFindings({ node, sandbox }: DoctorFacts['machine']): Finding[] {
  return [
    Number(node.split('.')[0]) >= OLDEST_NODE
      ? ok('node', `Node ${node}`)
      : problem('node', `Node ${node} is too old`, 'this machine', `Install Node ${OLDEST_NODE} or later.`),
    sandbox === null
      ? ok('sandbox', 'the sandbox starts')
      : problem('sandbox', sandbox.message, 'this machine', sandbox.fix),
  ];
}
