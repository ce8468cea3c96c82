/**
 * A plan as LDIF change records for `ldapmodify`. RFC 2849; the control is LDAP_SERVER_SD_FLAGS, [MS-ADTS]
 * 3.1.1.3.4.1.11, with the value SEQUENCE { INTEGER 4 }: of the descriptor only the DACL is taken, owner and group
 * stay as they are in the directory.
 */

import { formatLdifRecord } from '../formats/ldif.ts';
import type { Plan, PlannedChange } from '../plan/plan.ts';
import { planTotals } from './plan-rows.ts';
import { safeForTerminal } from './safe-text.ts';
import { UNCHECKED } from './script-rule.ts';

const DACL_ONLY = '1.2.840.113556.1.4.801 true:: MAMCAQQ=';

/** The text of the plan, one piece per change. */
export function* renderPlanLdif(plan: Plan): Generator<string> {
  yield `# dnsacl plan ${plan.checksum}\n`;
  yield `# ${safeForTerminal(`made ${plan.createdAt} from ${plan.server}`)}: ${planTotals(plan)}\n`;
  yield `# ${UNCHECKED}\n\n`;
  for (const change of plan.changes) yield renderChange(change);
}

function renderChange({ fqdn, dn, after }: PlannedChange): string {
  const record = formatLdifRecord(dn, [
    ['control', [Buffer.from(DACL_ONLY)]],
    ['changetype', [Buffer.from('modify')]],
    ['replace', [Buffer.from('nTSecurityDescriptor')]],
    ['nTSecurityDescriptor', [Buffer.from(after.base64, 'base64')]],
  ]);
  // The line of a hyphen ends a modification; it has to stand before the empty line.
  return `# ${safeForTerminal(fqdn)}\n${record.slice(0, -1)}-\n\n`;
}
