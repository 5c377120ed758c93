import type { Decision } from '../contracts/index.ts';

/** The gates that packet and configuration leave shut. What repository and machine say is for the run to ask, where it runs. */
export const missingGates = ({ gates }: Decision): Decision['gates'] =>
  gates.filter(({ state, tier }) => state === 'missing' && tier !== 'repository' && tier !== 'provider');
