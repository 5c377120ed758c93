import type { Template } from '../types.ts';

const APPROVERS = /^ {2}approvers: \{ users: \[([A-Za-z0-9_.", -]*)\] \}$/m;

/** A login as a YAML text: `null`, `true` and `1e3` can be logins too. */
const quoted = (login: string): string => (/^(?:null|true|false|\d.*)$/i.test(login) ? `"${login}"` : login);

/** `.countersign/config.yml`: nothing but proposals, by the scripted engine alone, without network. Everything wider is a line that a maintainer writes. */
export const config: Template = {
  path: '.countersign/config.yml',
  recognise: (text) => {
    const users = APPROVERS.exec(text)?.[1];
    return users === undefined
      ? null
      : {
          approvers: users
            .replaceAll('"', '')
            .split(', ')
            .filter((login) => login !== ''),
        };
  },
  render: ({
    approvers,
  }) => `# What may run in this repository, and whose yes counts. Read from the default branch alone, never from a packet's branch; a packet may only be stricter.
# \`countersign doctor\` checks it; docs/decision.md of Countersign explains it.
schema: countersign/config/v1

# For packets that name no engine. \`fake\` plays a script out of the repository: no model, no network, the same result every time.
default_engine: fake

# critical: results stay proposals, whatever a packet says. owned-noncritical and disposable are what publishing needs, besides proof and approval.
repository: { class: critical }

# \`fake\` is always there; every other engine is off until it is listed. Stage 3 is a copy of this repository: the result is a proposal. For a program of your own, in place of {}:
#   command: { enabled: true, stages: [3], argv: [./agent.sh] }
engines: {}

# The hosts (host:port) that a packet may ask for. None.
permissions: { network: none, secrets: none }

approvals:
  # Of proposals. Whatever is to be pushed needs an approval in any case.
  required: false
  # Whose review or /approve counts: people with write permission, one by one, never the author of the packet. Nobody named: nobody counts.
  approvers: { users: [${approvers.map(quoted).join(', ')}] }
  min: 1
  expires_after: 24h
  max_attempts: 3
`,
};
