/**
 * An ACE as the tools of Windows take it, which cannot say everything that an ACE can hold. dsacls and .NET have the
 * same limits: plain allow and deny entries, directory rights, inheritance in one of five ways.
 */

import { ACCESS_RIGHTS, type AccessRight, FULL_CONTROL } from '../formats/access-mask.ts';
import { ACE_FLAGS, ACE_TYPES, type Ace } from '../formats/ace.ts';
import type { Guid } from '../formats/guid.ts';
import type { PlannedChange } from '../plan/plan.ts';

/** How an entry passes on to objects below. The words are .NET's, the spelling of ActiveDirectorySecurityInheritance. */
export type RuleInheritance = 'None' | 'All' | 'Descendents' | 'SelfAndChildren' | 'Children';

/** Everything of an ACE but its SID; the plan names that in full, while SDDL may shorten it. */
export interface ScriptRule {
  readonly effect: 'Allow' | 'Deny';
  /** `full`, or the single rights in ascending bit order. */
  readonly rights: 'full' | readonly DirectoryRight[];
  readonly objectType: Guid | null;
  readonly inheritance: RuleInheritance;
  readonly inheritedObjectType: Guid | null;
}

/** The object that a line changes. */
export type ScriptTarget = Pick<PlannedChange, 'dn' | 'objectGuid'>;

/** The rights that both tools know. */
export type DirectoryRight = Exclude<AccessRight, 'AS' | 'MA' | 'GA' | 'GX' | 'GW' | 'GR'>;

/** Said at the head of everything that other tools carry out. */
export const UNCHECKED =
  'Nothing here asks whether a name changed since the plan was made, and no journal is kept; dnsacl apply does both';

const EFFECT_OF_TYPE: ReadonlyMap<number, ScriptRule['effect']> = new Map([
  [ACE_TYPES.accessAllowed, 'Allow'],
  [ACE_TYPES.accessAllowedObject, 'Allow'],
  [ACE_TYPES.accessDenied, 'Deny'],
  [ACE_TYPES.accessDeniedObject, 'Deny'],
]);

const { containerInherit, inheritOnly, noPropagateInherit } = ACE_FLAGS;
const INHERITANCE_OF_FLAGS: ReadonlyMap<number, RuleInheritance> = new Map([
  [0, 'None'],
  [containerInherit, 'All'],
  [containerInherit | inheritOnly, 'Descendents'],
  [containerInherit | noPropagateInherit, 'SelfAndChildren'],
  [containerInherit | inheritOnly | noPropagateInherit, 'Children'],
]);

/** The rule that says exactly what `ace` says, or null when these tools have no words for it. */
export function scriptRuleOf(ace: Ace): ScriptRule | null {
  if (ace.kind === 'unknown' || ace.extra.length > 0) return null;
  const effect = EFFECT_OF_TYPE.get(ace.aceType);
  const inheritance = INHERITANCE_OF_FLAGS.get(ace.aceFlags);
  const rights = rightsOf(ace.mask);
  if (effect === undefined || inheritance === undefined || rights === null) return null;
  const { objectType, inheritedObjectType } = ace.kind === 'object' ? ace : NO_TYPES;
  return { effect, rights, objectType, inheritance, inheritedObjectType };
}

const NO_TYPES = { objectType: null, inheritedObjectType: null } as const;

function rightsOf(mask: number): ScriptRule['rights'] | null {
  if (mask === FULL_CONTROL) return 'full';
  if (mask === 0 || (mask & ~FULL_CONTROL) !== 0) return null;
  const named = Object.entries(ACCESS_RIGHTS) as [DirectoryRight, number][];
  return named.flatMap(([right, bit]) => ((mask & bit) === 0 ? [] : [right]));
}
