/** What one row of the bench is given. */
export interface Bench {
  /** A folder of its own on the measured filesystem, removed afterwards. */
  folder: string;
  /** Fewer repetitions and smaller inputs: for a look, not for a claim. */
  quick: boolean;
  /** The Node that the product is measured with; its bundles are run by it and `node -e 0` is its baseline. */
  node: string;
  /** Absolute path of dist/cli.js. */
  cli: string;
  /** The environment of every child: nothing inherited but PATH (4-facts.md: NODE_EXTRA_CA_CERTS costs 35 ms a start). */
  env: Readonly<Record<string, string>>;
  note(line: string): void;
}

/** One line of the table. `value` is what the target speaks of; `ours` and `baseline` are the medians that it was made from. */
export interface Measurement {
  what: string;
  ours: number;
  baseline: number;
  unit: 'ms' | 'per s' | 'MB';
  /** Ours as the target wants it: a ratio, a difference in ms, a rate, MB. */
  value: number;
  form: 'ratio' | 'ms more' | 'per s' | 'MB';
  /** `at least` or `at most` so much. */
  target: { at: 'least' | 'most'; value: number };
  /** What the reader must know to repeat or to read it. */
  note?: string;
}

export interface Row {
  id: string;
  title: string;
  /** Each measurement as it is made. */
  run(bench: Bench): AsyncIterable<Measurement>;
}

/** Whether a measurement is where the issue wants it. */
export const passes = ({ value, target }: Measurement): boolean =>
  target.at === 'least' ? value >= target.value : value <= target.value;

const figure = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
const shown = (form: Measurement['form'], value: number): string => {
  if (form === 'ratio') return `${figure(value)} ×`;
  if (form === 'ms more') return `${value < 0 ? '−' : '+'}${figure(Math.abs(value))} ms`;
  return `${figure(value)} ${form}`;
};

export const HEADING =
  '| row | what | ours | baseline | value | target | |\n| --- | --- | --: | --: | --: | --: | --- |';

/** A line of the table as Markdown: it is printed as it stands and goes into docs/performance.md. */
export function line(row: string, measurement: Measurement): string {
  const { what, ours, baseline, unit, value, form, target } = measurement;
  const sign = target.at === 'least' ? '≥' : '≤';
  return `| ${row} | ${what} | ${figure(ours)} ${unit} | ${figure(baseline)} ${unit} | ${shown(form, value)} | ${sign} ${shown(form, target.value)} | ${passes(measurement) ? 'PASS' : 'MISS'} |`;
}
