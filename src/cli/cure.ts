/** What helps a name whose expected updaters cannot update it. */

import type { AuditedName } from '../assess/audit.ts';
import { protectedReason } from '../assess/infrastructure.ts';
import { isInherited } from '../formats/ace.ts';

/**
 * The command that grants what is missing; null when nothing is, or a grant would not help.
 *
 * @param dhcpAccounts as they were typed
 */
export function cureOf(name: AuditedName, dhcpAccounts: readonly string[] | undefined): string | null {
  const missing = name.updaters.filter((updater) => updater.access === 'no');
  if (missing.length === 0 || name.verdict === 'infrastructure' || name.verdict === 'static') return null;
  if (missing.every(({ decision: { decidedBy } }) => decidedBy !== null && !isInherited(decidedBy))) {
    return 'remove the deny entry by hand first; no grant gets past it';
  }
  const dhcp = dhcpAccounts === undefined ? '' : ` --dhcp-account ${dhcpAccounts.join(' ')}`;
  const force = protectedReason(name) === null ? '' : ' --include-protected';
  // What a shell would take apart goes through a file, and so does what grant leaves out unless it is listed.
  if (name.findings.some((finding) => finding.id === 'ambiguous-host'))
    return `dnsacl grant --csv FILE${dhcp}${force} --plan PLAN, with a row that names the account for ${name.fqdn}`;
  if (name.verdict === 'dormant' || name.name.includes("'"))
    return `dnsacl grant --csv FILE${dhcp}${force} --plan PLAN, with a row for ${name.fqdn}`;
  const pattern = name.name.replace(/[\\*?]/g, '\\$&');
  return `dnsacl grant -z ${name.zone} --name '${pattern}'${dhcp}${force} --plan PLAN && dnsacl apply PLAN`;
}
