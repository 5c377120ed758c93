import type { Decision } from '../contracts/index.ts';
import { openSource } from '../git/index.ts';
import { type Admission, admit } from './admit.ts';
import { openClock } from './clock.ts';
import { closePlaces, openPlaces } from './places.ts';
import type { RequestOptions } from './types.ts';

/** `countersign decide`: the decision that a run would start from. Looks only: makes no folder that stays and asks a provider only with `probe`. */
export async function decidePacket(options: RequestOptions & { out?: string; probe?: boolean }): Promise<Decision> {
  const clock = openClock(options.env);
  const source = await openSource(options.repo);
  const places = await openPlaces(source, options.out, options.env);
  let admission: Admission | null = null;
  try {
    admission = await admit(options, { source, clock, places, write: false, probe: options.probe ?? false });
    return admission.decision;
  } finally {
    await admission?.sandbox?.close();
    await closePlaces(places);
  }
}
