/** What helps a name whose expected updaters cannot update it. */

import type { AuditedName } from '../assess/audit.ts';
import { protectedReason } from '../assess/infrastructure.ts';
import { isInherited } from '../formats/ace.ts';
import { shellWord } from '../report/plan-summary.ts';
import type { WhereFlags, WhoFlags } from './options.ts';
import { whereOptions, whoOptions, writeOptions } from './suggested-command.ts';

/**
 * The command that grants what is missing; null when nothing is, or a grant would not help.
 *
 * @param flags as they were typed; what matters of them is repeated
 */
export function cureOf(name: AuditedName, flags: WhereFlags & WhoFlags): string | null {
  const missing = name.updaters.filter((updater) => updater.access === 'no');
  if (missing.length === 0 || name.verdict === 'infrastructure' || name.verdict === 'static') return null;
  if (missing.every(({ decision: { decidedBy } }) => decidedBy !== null && !isInherited(decidedBy))) {
    return 'remove the deny entry by hand first; no grant gets past it';
  }
  const force = protectedReason(name) === null ? '' : ' --include-protected';
  const options = `${whoOptions(flags)}${force}${whereOptions(flags)} --plan PLAN`;
  // What a shell would take apart goes through a file, and so does what grant leaves out unless it is listed.
  if (name.findings.some((finding) => finding.id === 'ambiguous-host'))
    return `dnsacl grant --csv FILE${options}, with a row that names the account for ${name.fqdn}`;
  if (name.verdict === 'dormant' || name.name.includes("'"))
    return `dnsacl grant --csv FILE${options}, with a row for ${name.fqdn}`;
  const pattern = name.name.replace(/[\\*?]/g, '\\$&');
  const grant = `dnsacl grant -z ${shellWord(name.zone)} --name '${pattern}'${options}`;
  return `${grant} && dnsacl apply PLAN${writeOptions(flags)}`;
}
