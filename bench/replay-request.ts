/** The requests that the replay server understands. RFC 4511 4.5.1 and 4.6; paging RFC 2696 */

import { BerCursor, LDAP_TAGS } from '../src/directory/ldap/ldap-wire.ts';
import { PAGED_RESULTS } from '../test/support/ber.ts';
import type { Query } from './replay-directory.ts';
import { readFilter } from './replay-filter.ts';

export const OPERATIONS = { bind: 0x60, unbind: 0x42, search: 0x63, modify: 0x66 } as const;

/** A search, with the page it asks for; null when it wants everything at once. */
export interface SearchRequest extends Query {
  /** In lower case; empty for all. */
  readonly attributes: readonly string[];
  readonly page: { readonly size: number; readonly cookie: Buffer } | null;
}

const SCOPES = ['base', 'one', 'sub'] as const;
const BOOLEAN = 0x01;

/** Reads a search; the cursor stands on its tag. */
export function readSearch(cursor: BerCursor): SearchRequest {
  const end = cursor.enter(OPERATIONS.search, 'SearchRequest');
  const base = cursor.text('baseObject');
  const scope = SCOPES[cursor.integer(LDAP_TAGS.enumerated, 'scope')] ?? 'base';
  cursor.integer(LDAP_TAGS.enumerated, 'derefAliases');
  cursor.integer(LDAP_TAGS.integer, 'sizeLimit');
  cursor.integer(LDAP_TAGS.integer, 'timeLimit');
  cursor.content(BOOLEAN, 'typesOnly');
  const filterAt = cursor.offset;
  const filter = readFilter(cursor);
  const filterKey = cursor.bytes.toString('latin1', filterAt, cursor.offset);
  const attributesEnd = cursor.enter(LDAP_TAGS.sequence, 'attributes');
  const attributes: string[] = [];
  while (cursor.offset < attributesEnd) attributes.push(cursor.text('attribute').toLowerCase());
  cursor.offset = end;
  return { base, scope, filter, filterKey, attributes, page: readPage(cursor) };
}

/** Reads a modify that replaces one attribute by one value, as a new descriptor is written; the cursor stands on its tag. */
export function readModify(cursor: BerCursor): { readonly dn: string; readonly descriptor: Buffer } {
  cursor.enter(OPERATIONS.modify, 'ModifyRequest');
  const dn = cursor.text('object');
  cursor.enter(LDAP_TAGS.sequence, 'changes');
  cursor.enter(LDAP_TAGS.sequence, 'change');
  cursor.integer(LDAP_TAGS.enumerated, 'operation');
  cursor.enter(LDAP_TAGS.sequence, 'modification');
  const type = cursor.text('type');
  if (type.toLowerCase() !== 'ntsecuritydescriptor') {
    throw new Error(`Cannot change ${type}: the replay server only takes nTSecurityDescriptor`);
  }
  cursor.enter(0x31, 'vals');
  return { dn, descriptor: Buffer.from(cursor.content(LDAP_TAGS.octetString, 'value')) };
}

function readPage(cursor: BerCursor): SearchRequest['page'] {
  if (cursor.done) return null;
  const controls = new BerCursor(cursor.content(LDAP_TAGS.controls, 'controls'));
  while (!controls.done) {
    const control = new BerCursor(controls.content(LDAP_TAGS.sequence, 'control'));
    if (control.text('controlType') !== PAGED_RESULTS) continue;
    if (control.peek() === BOOLEAN) control.content(BOOLEAN, 'criticality');
    control.enter(LDAP_TAGS.octetString, 'controlValue');
    control.enter(LDAP_TAGS.sequence, 'value');
    const size = control.integer(LDAP_TAGS.integer, 'size');
    return { size, cookie: control.content(LDAP_TAGS.octetString, 'cookie') };
  }
  return null;
}
