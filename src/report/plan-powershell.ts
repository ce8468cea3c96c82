/**
 * A plan as lines for Windows PowerShell and PowerShell 7 on Windows: System.DirectoryServices with
 * SecurityMasks = Dacl, so that neither owner nor group is read or written.
 *
 * PSBase, because PowerShell hides the members of DirectoryEntry behind the attributes of the object.
 */

import { parseAce, type SddlContext } from '../formats/sddl.ts';
import type { Sid } from '../formats/sid.ts';
import type { Plan, PlannedAce, PlannedChange } from '../plan/plan.ts';
import { planTotals } from './plan-rows.ts';
import { dnForScript, safeForScript } from './safe-text.ts';
import {
  type DirectoryRight,
  type ScriptRule,
  type ScriptTarget,
  scriptRuleOf,
  UNCHECKED,
} from './script-rule.ts';

/** Names of ActiveDirectoryRights. */
const RIGHT_NAMES: Readonly<Record<DirectoryRight, string>> = {
  CC: 'CreateChild',
  DC: 'DeleteChild',
  LC: 'ListChildren',
  SW: 'Self',
  RP: 'ReadProperty',
  WP: 'WriteProperty',
  DT: 'DeleteTree',
  LO: 'ListObject',
  CR: 'ExtendedRight',
  SD: 'Delete',
  RC: 'ReadControl',
  WD: 'WriteDacl',
  WO: 'WriteOwner',
};
const NO_GUID = '00000000-0000-0000-0000-000000000000';

/** The text of the plan, one piece per change. */
export function* renderPlanPowershell(plan: Plan): Generator<string> {
  const context = { domainSid: plan.domainSid, rootDomainSid: plan.domainSid };
  yield `# dnsacl plan ${plan.checksum}\n`;
  yield `# ${safeForScript(`made ${plan.createdAt} from ${plan.server}: ${planTotals(plan)}`)}\n`;
  yield `# ${UNCHECKED}\n$ErrorActionPreference = 'Stop'\n`;
  for (const change of plan.changes) yield `\n${changeLines(change, context).join('\n')}\n`;
}

/** The lines that add or remove one ACE on its own; null when .NET has no words for it. */
export function powershellLines(
  change: ScriptTarget,
  action: 'add' | 'remove',
  planned: PlannedAce,
  context: SddlContext,
): readonly string[] | null {
  const edit = editLine(action, planned, context);
  return edit === null ? null : [...openLines(change), edit, COMMIT];
}

const COMMIT = '$name.PSBase.CommitChanges()';

/** A change is written as a whole or not at all: half of it is what nobody reviewed. */
function changeLines(change: PlannedChange, context: SddlContext): readonly string[] {
  const title = `# ${safeForScript(change.fqdn)}`;
  const lines: string[] = [];
  for (const [action, aces] of [
    ['remove', change.remove],
    ['add', change.add],
  ] as const) {
    for (const planned of aces) {
      const edit = editLine(action, planned, context);
      if (edit === null) return [title, leftOut(planned)];
      lines.push(`# ${action} ${wordsFor(planned)}`, edit);
    }
  }
  return [title, ...openLines(change), ...lines, COMMIT];
}

function leftOut({ ace }: PlannedAce): string {
  return `# left out: ${safeForScript(ace)} cannot be said here; dnsacl apply can write it`;
}

function wordsFor({ principal, reason }: PlannedAce): string {
  return safeForScript(`${principal.name ?? principal.sid}: ${reason}`);
}

function openLines({ dn, objectGuid }: ScriptTarget): readonly string[] {
  const path = objectGuid === null ? dnForScript(dn) : `<GUID=${objectGuid}>`;
  return [
    `$name = New-Object System.DirectoryServices.DirectoryEntry('LDAP://${path}')`,
    "$name.PSBase.Options.SecurityMasks = 'Dacl'",
  ];
}

function editLine(action: 'add' | 'remove', planned: PlannedAce, context: SddlContext): string | null {
  const rule = scriptRuleOf(parseAce(planned.ace, context));
  if (rule === null) return null;
  const method = action === 'add' ? 'AddAccessRule' : 'RemoveAccessRuleSpecific';
  return `$name.PSBase.ObjectSecurity.${method}((${newRule(planned.principal.sid, rule)}))`;
}

function newRule(sid: Sid, rule: ScriptRule): string {
  const { effect, rights, objectType, inheritance, inheritedObjectType } = rule;
  const names = rights === 'full' ? 'GenericAll' : rights.map((right) => RIGHT_NAMES[right]).join(', ');
  const identity = `[System.Security.Principal.SecurityIdentifier]'${sid}'`;
  const rest = [names, effect, objectType ?? NO_GUID, inheritance, inheritedObjectType ?? NO_GUID];
  const list = rest.map((text) => `'${text}'`).join(', ');
  return `New-Object System.DirectoryServices.ActiveDirectoryAccessRule((${identity}), ${list})`;
}
