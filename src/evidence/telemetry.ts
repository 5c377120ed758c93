import { pointerToken } from '../contracts/index.ts';

/** Names of members that hold timings, token counts, costs or facts of the machine, in any spelling with `_`, `-` or capitals. */
const TELEMETRY =
  /(?:^|_)(?:duration|elapsed|latency|timing|timings|took|ms|millis|milliseconds|nanoseconds|microseconds|tokens|token_count|cost|costs|usd|price|host|hostname|machine|cpu|cpus|rss|pid|ppid|uptime|loadavg|throughput)(?:_|$)/;
const words = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();

/**
 * JSON pointers of telemetry in a document of the harness (2-contracts.md: `telemetry_in_pack`). The contracts are closed, so this can only be in
 * a trace step's data or in an `x-` extension; both are searched like everything else.
 */
export function telemetryIn(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => telemetryIn(item, `${at}/${index}`));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = `${at}/${pointerToken(name)}`;
    return TELEMETRY.test(words(name.replace(/^x-/, ''))) ? [here] : telemetryIn(inner, here);
  });
}
