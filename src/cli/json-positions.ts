import { type Node, parseTree } from 'jsonc-parser';
import { pointerToken } from '../contracts/index.ts';
import type { Positions } from '../packet/index.ts';

/** Where every value of a JSON text stands, by JSON pointer. */
export function jsonPositions(text: string): Positions {
  const positions: Positions = new Map();
  const place = (node: Node, pointer: string, key?: number): void => {
    positions.set(pointer, {
      start: node.offset,
      end: node.offset + node.length,
      ...(key === undefined ? {} : { key }),
    });
    for (const [i, child] of (node.children ?? []).entries()) {
      const [name, value] = child.type === 'property' ? (child.children ?? []) : [];
      if (name && value) place(value, `${pointer}/${pointerToken(String(name.value))}`, name.offset);
      else place(child, `${pointer}/${i}`);
    }
  };
  const root = parseTree(text);
  if (root) place(root, '');
  return positions;
}
