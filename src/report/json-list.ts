/** A JSON document with a list too long to be held as one string: a zone can have a million names. */

import { type JsonCommon, jsonDocument } from './json.ts';
import { safeForJson } from './safe-text.ts';

const ITEM_INDENT = '\n    ';

/**
 * The text that jsonDocument() gives for `{ [key]: list, ...rest }`, piece by piece.
 *
 * @param lines the values of the list, each as jsonLine() writes it: they take less room so than any other way
 */
export function* jsonListDocument(
  common: JsonCommon,
  key: string,
  lines: Iterable<string>,
  rest: Readonly<Record<string, unknown>>,
): Generator<string> {
  const empty = jsonDocument(common, { [key]: [], ...rest });
  // Only the keys of the document itself are indented by two.
  const opening = `\n  ${JSON.stringify(key)}: [`;
  const inside = empty.indexOf(opening) + opening.length;
  yield empty.slice(0, inside);
  let isEmpty = true;
  for (const line of lines) {
    const indented = JSON.stringify(JSON.parse(line), null, 2).replaceAll('\n', ITEM_INDENT);
    yield `${isEmpty ? '' : ','}${ITEM_INDENT}${safeForJson(indented)}`;
    isEmpty = false;
  }
  if (!isEmpty) yield '\n  ';
  yield empty.slice(inside);
}
