/**
 * Security descriptors as SDDL text, printed the way Windows prints them: rights in ascending bit order, aliases
 * for the accounts of the domain at hand, other SIDs in full. [MS-DTYP] 2.5.1.1
 *
 * SDDL cannot say everything. For ACEs it is extended in two ways, which sddl-parse.ts reads back and Windows
 * refuses, so that nothing is lost silently:
 *
 * - application data (a callback's condition, a claim, slack) is a seventh field, `#` and hexadecimal digits:
 *   `(XA;;RP;;;WD;#61727478)`
 * - an ACE of an unknown type, or with object flags that have no letters, has three fields: the type as a number,
 *   the flags, and `#` with everything after the 4-byte header: `(0x4;ID;#00000000)`
 *
 * A known type without letters is also printed as a number: `(0xc;;WP;...)`. Not in the text at all: the
 * resource manager bits, the "defaulted" bits, the ACL revisions, and slack of an ACL.
 */

import { type Ace, type BasicAce, encodeAce, OBJECT_ACE_FLAGS, type ObjectAce } from './ace.ts';
import {
  ACE_FLAG_LETTERS,
  ACE_TYPE_LETTERS,
  aliasOrSid,
  LABEL_RIGHTS,
  NULL_ACL_WORD,
  PRINTED_RIGHTS,
  type SddlContext,
} from './sddl-aliases.ts';
import { type AclState, CONTROL_FLAGS, type SecurityDescriptor } from './security-descriptor.ts';

type Letters = readonly (readonly [letters: string, bits: number])[];

const DACL_FLAG_LETTERS: Letters = [
  ['P', CONTROL_FLAGS.daclProtected],
  ['AR', CONTROL_FLAGS.daclComputedInheritanceRequired],
  ['AI', CONTROL_FLAGS.daclAutoInherited],
];
const SACL_FLAG_LETTERS: Letters = [
  ['P', CONTROL_FLAGS.saclProtected],
  ['AR', CONTROL_FLAGS.saclComputedInheritanceRequired],
  ['AI', CONTROL_FLAGS.saclAutoInherited],
];
const STRAY_OBJECT_FLAGS = ~(
  OBJECT_ACE_FLAGS.objectTypePresent | OBJECT_ACE_FLAGS.inheritedObjectTypePresent
);
const TYPE_LETTERS: ReadonlyMap<number, string> = new Map(
  ACE_TYPE_LETTERS.map(([letters, aceType]) => [aceType, letters]),
);

/**
 * Prints a descriptor as `O:..G:..D:..S:..`; parts that are absent are left out, a NULL ACL is
 * `D:NO_ACCESS_CONTROL`, an ACL without ACEs is `D:`.
 */
export function formatSddl(sd: SecurityDescriptor, context: SddlContext): string {
  const owner = sd.owner === null ? '' : `O:${aliasOrSid(sd.owner, context)}`;
  const group = sd.group === null ? '' : `G:${aliasOrSid(sd.group, context)}`;
  const dacl = formatAcl('D:', sd.dacl, lettersFor(sd.control, DACL_FLAG_LETTERS), context);
  const sacl = formatAcl('S:', sd.sacl, lettersFor(sd.control, SACL_FLAG_LETTERS), context);
  return owner + group + dacl + sacl;
}

/** Prints one ACE in parentheses. */
export function formatAce(ace: Ace, context: SddlContext): string {
  const aceType = TYPE_LETTERS.get(ace.aceType) ?? hex(ace.aceType);
  const flags = lettersOrHex(ace.aceFlags, ACE_FLAG_LETTERS);
  if (ace.kind === 'unknown' || (ace.kind === 'object' && (ace.objectFlags & STRAY_OBJECT_FLAGS) !== 0)) {
    return `(${hex(ace.aceType)};${flags};${bytesField(encodeAce(ace).subarray(4))})`;
  }
  const fields = [aceType, flags, formatRights(ace), ...guidFields(ace), aliasOrSid(ace.sid, context)];
  if (ace.extra.length > 0) fields.push(bytesField(ace.extra));
  return `(${fields.join(';')})`;
}

function formatAcl(part: 'D:' | 'S:', state: AclState, flags: string, context: SddlContext): string {
  switch (state.kind) {
    case 'absent':
      return '';
    case 'null':
      return part + flags + NULL_ACL_WORD;
    case 'present':
      return part + flags + state.acl.aces.map((ace) => formatAce(ace, context)).join('');
    default:
      return state satisfies never;
  }
}

function formatRights(ace: BasicAce | ObjectAce): string {
  const isLabel = TYPE_LETTERS.get(ace.aceType) === 'ML';
  return lettersOrHex(ace.mask, isLabel ? LABEL_RIGHTS : PRINTED_RIGHTS);
}

function guidFields(ace: BasicAce | ObjectAce): string[] {
  if (ace.kind === 'basic') return ['', ''];
  return [ace.objectType ?? '', ace.inheritedObjectType ?? ''];
}

/** The letters of all bits, or one number when a bit has no letters: Windows does not mix the two either. */
function lettersOrHex(bits: number, table: Letters): string {
  const named = table.reduce((sum, [, bit]) => sum | bit, 0);
  return (bits & ~named) === 0 ? lettersFor(bits, table) : hex(bits);
}

function lettersFor(bits: number, table: Letters): string {
  let text = '';
  for (const [letters, bit] of table) if ((bits & bit) !== 0) text += letters;
  return text;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function bytesField(bytes: Uint8Array): string {
  return `#${Buffer.from(bytes).toString('hex')}`;
}
