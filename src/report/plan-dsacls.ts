/**
 * A plan as a batch file of dsacls lines, one per ACE. dsacls cannot remove one ACE (/R takes all of an account), and
 * knows attributes and classes by name only; such lines run PowerShell instead.
 */

import { type Guid, SCHEMA_GUIDS } from '../formats/guid.ts';
import { parseAce, type SddlContext } from '../formats/sddl.ts';
import { sidDomain } from '../formats/sid.ts';
import type { Plan, PlannedAce, PlannedChange } from '../plan/plan.ts';
import type { Principal } from '../records/account.ts';
import { powershellLines } from './plan-powershell.ts';
import { planTotals } from './plan-rows.ts';
import { dnForScript, safeForScript } from './safe-text.ts';
import {
  type DirectoryRight,
  type RuleInheritance,
  type ScriptTarget,
  scriptRuleOf,
  UNCHECKED,
} from './script-rule.ts';

/** dsacls has its own letters for two rights. */
const RIGHT_LETTERS: Readonly<Partial<Record<DirectoryRight, string>>> = { SW: 'WS', CR: 'CA' };

/** /I has no word for "this object and its children only". */
const INHERITANCE_OPTIONS: Readonly<Record<RuleInheritance, string | null>> = {
  None: '',
  All: ' /I:T',
  Descendents: ' /I:S',
  Children: ' /I:P',
  SelfAndChildren: null,
};

const SCHEMA_NAMES: ReadonlyMap<Guid, string> = new Map(
  Object.entries(SCHEMA_GUIDS).map(([name, guid]) => [guid, name]),
);

/** Names that no quoting can go wrong with; others stand as SIDs. */
const PLAIN_NAME = /^[A-Za-z\d._-]+\\[A-Za-z\d._$ -]+$/;

/** The text of the plan, one piece per change; lines end in CRLF, as `cmd` wants them. */
export function* renderPlanDsacls(plan: Plan): Generator<string> {
  const context = { domainSid: plan.domainSid, rootDomainSid: plan.domainSid };
  yield crlf([
    '@echo off',
    `rem dnsacl plan ${plan.checksum}`,
    `rem ${safeForScript(`made ${plan.createdAt} from ${plan.server}: ${planTotals(plan)}`)}`,
    `rem ${UNCHECKED}`,
  ]);
  for (const change of plan.changes) {
    const lines = [
      ...change.remove.flatMap((ace) => instead(change, 'remove', ace, context)),
      ...change.add.flatMap((ace) => addLines(change, ace, context)),
    ];
    yield crlf(['', `rem ${safeForScript(change.fqdn)}`, ...lines]);
  }
}

function addLines(change: PlannedChange, planned: PlannedAce, context: SddlContext): readonly string[] {
  const line = dsaclsLine(change, planned, context);
  return line === null ? instead(change, 'add', planned, context) : [line];
}

/** The line that adds one ACE; null when dsacls has no words for it. */
export function dsaclsLine(
  { dn }: Pick<ScriptTarget, 'dn'>,
  planned: PlannedAce,
  context: SddlContext,
): string | null {
  const statement = permissionOf(planned, context);
  return statement === null ? null : `dsacls "${dnForScript(dn)}"${statement}`;
}

/** Options and permission statement, or null when dsacls has no words for the ACE. */
function permissionOf({ ace, principal }: PlannedAce, context: SddlContext): string | null {
  const rule = scriptRuleOf(parseAce(ace, context));
  if (rule === null) return null;
  const inheritance = INHERITANCE_OPTIONS[rule.inheritance];
  const types = [rule.objectType, rule.inheritedObjectType].map((guid) =>
    guid === null ? '' : SCHEMA_NAMES.get(guid),
  );
  if (inheritance === null || types.includes(undefined)) return null;
  const letters =
    rule.rights === 'full' ? 'GA' : rule.rights.map((right) => RIGHT_LETTERS[right] ?? right).join('');
  const permission = [letters, ...types].join(';').replace(/;+$/, '');
  const option = rule.effect === 'Allow' ? '/G' : '/D';
  return `${inheritance} ${option} "${referenceTo(principal)}:${permission}"`;
}

function referenceTo({ sid, name }: Principal): string {
  return name !== null && sidDomain(sid) !== null && PLAIN_NAME.test(name) ? name : sid;
}

function instead(
  change: PlannedChange,
  action: 'add' | 'remove',
  planned: PlannedAce,
  context: SddlContext,
): readonly string[] {
  const ace = safeForScript(planned.ace);
  const lines = powershellLines(change, action, planned, context);
  if (lines === null) return [`rem left out: ${ace} cannot be said here; dnsacl apply can write it`];
  const cause =
    action === 'remove' ? 'dsacls /R would remove every entry of the account' : 'dsacls has no words for it';
  return [
    `rem ${action} ${ace}: ${cause}, so PowerShell does it`,
    `powershell -NoProfile -Command "$ErrorActionPreference = 'Stop'; ${lines.join('; ')}"`,
  ];
}

function crlf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join('');
}
