/** From a descriptor before and after to a planned change, the same for every kind of plan. */

import type { Ace } from '../formats/ace.ts';
import type { Guid } from '../formats/guid.ts';
import { formatAce, type SddlContext } from '../formats/sddl.ts';
import type { SecurityDescriptor } from '../formats/security-descriptor.ts';
import type { Principal } from '../records/account.ts';
import { encodeOnce, textOnce } from './descriptor-forms.ts';
import type { NameOutcome, PlannedAce, SkipCode, WithheldGrant } from './plan.ts';

/** The object that is changed. */
export interface ChangeTarget {
  readonly zone: string;
  readonly fqdn: string;
  readonly dn: string;
  readonly objectGuid: Guid | null;
  readonly ownerClass: string;
  /** Version of its descriptor in the replication metadata; null when it is not known. */
  readonly version: number | null;
}

/** An ACE that is added or removed, whom it names and why. */
export interface AceChange {
  readonly ace: Ace;
  readonly principal: Principal;
  readonly reason: string;
}

/** Everything about a change but its target. */
export interface ChangeContent {
  readonly before: SecurityDescriptor;
  readonly beforeBytes: Uint8Array;
  readonly after: SecurityDescriptor;
  readonly add: readonly AceChange[];
  readonly remove: readonly AceChange[];
  readonly withheld?: readonly WithheldGrant[];
  readonly notes?: readonly string[];
}

/** A planned change. `beforeBytes` are kept as they were read, whatever `before` would encode to. */
export function change(target: ChangeTarget, content: ChangeContent, context: SddlContext): NameOutcome {
  const { version, ...where } = target;
  return {
    kind: 'change',
    change: {
      ...where,
      before: { ...textOnce(content.before, content.beforeBytes, context), version },
      after: textOnce(content.after, encodeOnce(content.after), context),
      add: content.add.map((item) => plannedAce(item, context)),
      remove: content.remove.map((item) => plannedAce(item, context)),
      withheld: content.withheld ?? [],
      notes: content.notes ?? [],
    },
  };
}

/** A name that is left as it is. */
export function skip(
  name: { readonly zone: string; readonly fqdn: string },
  code: SkipCode,
  reason: string,
): NameOutcome {
  return { kind: 'skipped', skipped: { zone: name.zone, fqdn: name.fqdn, code, reason } };
}

function plannedAce({ ace, principal, reason }: AceChange, context: SddlContext): PlannedAce {
  return { ace: formatAce(ace, context), principal, reason };
}
