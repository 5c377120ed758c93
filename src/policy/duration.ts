const UNIT: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration of the contracts (`90m`, `24h`, `7d`); null for anything else. */
export function milliseconds(duration: string): number | null {
  const match = /^([1-9]\d{0,5})([smhd])$/.exec(duration);
  const unit = UNIT[match?.[2] ?? ''];
  return match && unit !== undefined ? Number(match[1]) * unit : null;
}

/** The moment that lies `duration` after `time`, in the contracts' form. An unreadable duration lasts no time at all: what is unclear has expired. */
export const after = (time: string, duration: string): string =>
  new Date(Date.parse(time) + (milliseconds(duration) ?? 0)).toISOString();
