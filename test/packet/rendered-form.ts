import { CORE_SCHEMA, dump } from 'js-yaml';

/** One element of `.github/ISSUE_TEMPLATE/packet.yml`. */
export interface Element {
  type: string;
  id?: string;
  attributes: { label?: string; render?: string; options?: string[] };
}

/** The issue body that GitHub renders when somebody fills in the form: a heading for every element, `_No response_` for empty ones, a fence for `render`. */
export function renderForm(elements: readonly Element[], answers: Readonly<Record<string, unknown>>): string {
  return elements
    .filter(({ type }) => type !== 'markdown')
    .map(({ id = '', attributes: { label = '', render } }) => {
      const answer = answers[id];
      const typed =
        answer === undefined || answer === ''
          ? ''
          : render
            ? dump(answer, { lineWidth: -1, noRefs: true, schema: CORE_SCHEMA }).trimEnd()
            : (typeof answer === 'string' ? answer : JSON.stringify(answer)).replace(/\n$/, '');
      const shown = typed === '' ? '_No response_' : render ? `\`\`\`${render}\n${typed}\n\`\`\`` : typed;
      return `### ${label}\n\n${shown}`;
    })
    .join('\n\n');
}
