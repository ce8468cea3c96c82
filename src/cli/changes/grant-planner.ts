/** Decides for each name whom `grant` is for: those that the audit found missing, or whom a CSV row names. */

import type { AuditedName } from '../../assess/audit.ts';
import {
  type ExpectedUpdater,
  fromComputer,
  fromDhcpAccount,
  fromNamed,
  matchComputers,
} from '../../assess/expected-updaters.ts';
import type { Sid } from '../../formats/sid.ts';
import { skip } from '../../plan/change.ts';
import { type GrantPolicy, type GrantRights, planGrant } from '../../plan/grant.ts';
import type { NameOutcome } from '../../plan/plan.ts';
import type { TargetRow } from '../../plan/target-csv.ts';
import type { Auditing } from '../auditing.ts';
import { type Reading, sddlContext } from '../reading.ts';
import type { Planner } from './planning.ts';
import { type Protection, whyGuarded } from './protection.ts';
import { isComputerWord, isDhcpWord, type NamedPrincipal } from './row-principals.ts';
import type { TargetList } from './targets.ts';

/** How a grant is planned. */
export interface GrantOptions extends Protection {
  readonly rights: GrantRights;
  /** Whom it is for: `auto` by the case of each name, in doubt both. */
  readonly for: GrantFor;
}

export const GRANT_FOR = ['auto', 'both', 'computer', 'dhcp'] as const;

export type GrantFor = (typeof GRANT_FOR)[number];

/**
 * @param targets the rows to plan, or null to plan every name
 * @param named whom the rows name, by how it is written
 */
export function createGrantPlanner(
  options: GrantOptions,
  reading: Reading,
  auditing: Auditing,
  targets: TargetList | null,
  named: ReadonlyMap<string, NamedPrincipal>,
): Planner {
  const rowsOf = new Map<string, readonly TargetRow[]>();
  const policy: GrantPolicy = {
    rights: options.rights,
    sddl: sddlContext(reading.info),
  };
  return {
    wants: (node) => {
      if (targets === null) return true;
      const rows = targets.take(node);
      if (rows.length > 0) rowsOf.set(node.dn, rows);
      return rows.length > 0;
    },
    plan: (name) => {
      const rows = rowsOf.get(name.dn) ?? [];
      rowsOf.delete(name.dn);
      const refusal = whyNot(name, options, rows);
      if (refusal !== null) return refusal;
      const { updaters, exceptions } =
        rows.length === 0
          ? { updaters: updatersFor(name, options.for, auditing), exceptions: new Map<Sid, GrantRights>() }
          : updatersOfRows(rows, { name, named, auditing, rights: policy.rights });
      return planGrant(name, updaters, { ...policy, exceptions });
    },
  };
}

/**
 * Why nothing is granted on a name, whoever is expected. A name that a CSV row lists may be static or tombstoned, and
 * one whose host is ambiguous is settled by a row that names a principal.
 */
function whyNot(name: AuditedName, options: GrantOptions, rows: readonly TargetRow[]): NameOutcome | null {
  const guarded = whyGuarded(name, options);
  if (guarded !== null) return guarded;
  const ambiguous = name.findings.find((finding) => finding.id === 'ambiguous-host');
  if (ambiguous !== undefined && rows.every((row) => row.principal === null)) {
    return skip(name, 'ambiguous', `${ambiguous.message}; name one in --csv`);
  }
  if (rows.length > 0) return null;
  if (name.verdict === 'dormant') {
    return skip(name, 'tombstoned', 'it is tombstoned; list it in --csv to let its host register it again');
  }
  return name.verdict === 'static' ? skip(name, 'static', name.reason) : null;
}

/** The expected updaters by --for; `auto` leaves it to the case of the name. */
function updatersFor(name: AuditedName, choice: GrantFor, auditing: Auditing): readonly ExpectedUpdater[] {
  if (choice === 'auto') return name.updaters;
  const computers = choice === 'dhcp' ? [] : computersOf(name, auditing);
  const dhcp = choice === 'computer' ? [] : dhcpOf(auditing);
  const others = name.updaters.filter(({ because }) => because === 'config');
  return [...computers, ...dhcp, ...others];
}

function dhcpOf(auditing: Auditing): readonly ExpectedUpdater[] {
  return auditing.estate.dhcpAccounts.map((principal) => fromDhcpAccount(principal, auditing));
}

/** What the rows of one name are read against. */
interface RowContext {
  readonly name: AuditedName;
  readonly named: ReadonlyMap<string, NamedPrincipal>;
  readonly auditing: Auditing;
  /** For rows that name no rights. */
  readonly rights: GrantRights;
}

/** Everybody that the rows of one name stand for, with their rights; of two rights for one the larger. */
function updatersOfRows(
  rows: readonly TargetRow[],
  context: RowContext,
): { readonly updaters: readonly ExpectedUpdater[]; readonly exceptions: ReadonlyMap<Sid, GrantRights> } {
  const updaters = new Map<Sid, ExpectedUpdater>();
  const exceptions = new Map<Sid, GrantRights>();
  for (const row of rows) {
    for (const updater of updatersOfRow(row, context)) {
      const { sid } = updater.principal;
      updaters.set(sid, updater);
      if (exceptions.get(sid) !== 'full') exceptions.set(sid, row.rights ?? context.rights);
    }
  }
  return { updaters: [...updaters.values()], exceptions };
}

function updatersOfRow(row: TargetRow, context: RowContext): readonly ExpectedUpdater[] {
  const { name, auditing } = context;
  if (row.principal === null) return name.updaters;
  if (isComputerWord(row.principal)) return computersOf(name, auditing);
  if (isDhcpWord(row.principal)) return dhcpOf(auditing);
  const named = context.named.get(row.principal);
  return named === undefined
    ? []
    : [fromNamed(named.principal, `named in line ${row.line} of the CSV file`, auditing)];
}

/** The computers of a name, whatever its case is. */
function computersOf(name: AuditedName, auditing: Auditing): readonly ExpectedUpdater[] {
  return matchComputers(name, auditing.computers).computers.flatMap((match) => fromComputer(match, auditing));
}
