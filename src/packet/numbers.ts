/** The decimal value of a number's text as `±digits×10^exponent` without leading or trailing zeros; equal values have equal results. */
function decimal(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign === '-' ? '-' : ''}${significant}e${power}`;
}

/** Text that the YAML 1.2 core schema reads as a number (YAML 1.2.2, section 10.3.2). */
export const CORE_INTEGER = /^(?:[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+)$/;
export const CORE_FLOAT =
  /^(?:[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/**
 * A number from its text, or why that text is refused: only safe integers and decimals that RFC 8785 writes with the same value pass (2-contracts.md),
 * and nothing that YAML 1.1 and 1.2 read differently.
 */
export function exactNumber(text: string): { ok: true; value: number } | { ok: false; reason: string } {
  if (/^[1-9]\d{0,14}$/.test(text)) return { ok: true, value: Number(text) };
  if (/inf|nan/i.test(text)) return { ok: false, reason: 'is no finite number' };
  if (/^[-+]?0\d/.test(text))
    return { ok: false, reason: 'starts with a zero: some parsers read it in base 8, others in base 10' };
  const value = Number(text);
  if (Object.is(value, -0)) return { ok: false, reason: 'is minus zero, which JSON does not keep' };
  if (/^0[ox]/.test(text))
    return Number.isSafeInteger(value) ? { ok: true, value } : { ok: false, reason: 'is no safe integer (2^53 − 1)' };
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    return { ok: false, reason: 'is no safe integer (2^53 − 1)' };
  if (!Number.isFinite(value) || decimal(text) !== decimal(String(value)))
    return { ok: false, reason: `would be rounded to ${value}` };
  return { ok: true, value };
}
