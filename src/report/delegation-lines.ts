/** A delegation as lines for the tools that an administrator has at hand. */

import type { Delegation } from '../assess/delegation.ts';
import { dsaclsLine } from './plan-dsacls.ts';
import { powershellLines } from './plan-powershell.ts';
import { dnForScript, safeForScript } from './safe-text.ts';

/** The lines that add the same entries, one set for each tool. */
export interface DelegationLines {
  readonly dsacls: readonly string[];
  readonly powershell: readonly string[];
  readonly sambaTool: readonly string[];
}

/** SIDs stand in full: the entries name no well-known ones. */
const NO_DOMAIN = { domainSid: null, rootDomainSid: null };

/** @returns nothing for a tool that has no words for an entry */
export function delegationLines(delegation: Delegation): DelegationLines {
  const { aces, dn } = delegation;
  return {
    dsacls: aces.flatMap((ace) => dsaclsLine(delegation, ace, NO_DOMAIN) ?? []),
    powershell: aces.flatMap((ace) => powershellLines(delegation, 'add', ace, NO_DOMAIN) ?? []),
    sambaTool: aces.map(
      ({ ace }) => `samba-tool dsacl set --objectdn='${dnForScript(dn)}' --sddl='${safeForScript(ace)}'`,
    ),
  };
}
