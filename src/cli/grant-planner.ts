/** Decides for each name whom `grant` is for: the expected updaters, or whom a CSV row names. */

import { ComputerIndex } from '../assess/computer-index.ts';
import {
  type Expectation,
  type ExpectedUpdater,
  expectUpdaters,
  fromDhcpAccount,
  fromNamed,
} from '../assess/expected-updaters.ts';
import { infrastructureReason, protectedReason } from '../assess/infrastructure.ts';
import type { OwnedName } from '../assess/owner-class.ts';
import { UsageError } from '../errors.ts';
import { type GrantPolicy, planGrant, skip } from '../plan/grant.ts';
import type { NameOutcome } from '../plan/plan.ts';
import type { TargetRow } from '../plan/target-csv.ts';
import { findPrincipal } from '../records/find-principal.ts';
import type { DnsNode } from '../records/node.ts';
import type { GrantFlags } from './commands/grant.ts';
import type { Reading } from './reading.ts';
import type { TargetList } from './targets.ts';

/** Plans one name after the other. */
export interface GrantPlanner {
  /** Is this name among those to be planned? */
  wants(node: DnsNode): boolean;
  plan(name: OwnedName): Promise<NameOutcome>;
}

/** Loads the computers once and returns the planner. */
export async function createGrantPlanner(
  flags: GrantFlags,
  reading: Reading,
  targets: TargetList | null,
): Promise<GrantPlanner> {
  const computers = await loadComputers(reading);
  const rowsOf = new Map<string, readonly TargetRow[]>();
  const policy: GrantPolicy = {
    rights: flags.rights,
    sddl: {
      domainSid: reading.info.domain?.sid ?? null,
      rootDomainSid: reading.info.rootDomain?.sid ?? null,
    },
  };
  return {
    wants: (node) => {
      if (targets === null) return true;
      const rows = targets.take(node);
      if (rows.length > 0) rowsOf.set(node.dn, rows);
      return rows.length > 0;
    },
    plan: async (name) => {
      const rows = rowsOf.get(name.dn) ?? [];
      rowsOf.delete(name.dn);
      const refusal = whyNot(name, computers, flags.includeProtected === true, rows.length > 0);
      if (refusal !== null) return refusal;
      const expected = expectUpdaters(name, computers, reading.estate);
      const named = rows.filter((row) => row.principal !== null);
      const updaters =
        named.length === 0 ? expected.updaters : await updatersOfRows(named, expected, name, reading);
      if (updaters.length === 0 && expected.ambiguous.length > 0) return ambiguous(name, expected);
      const rights = rows.find((row) => row.rights !== null)?.rights ?? policy.rights;
      return planGrant(name, updaters, { ...policy, rights });
    },
  };
}

async function loadComputers(reading: Reading): Promise<ComputerIndex> {
  const computers = new ComputerIndex();
  for await (const page of reading.source.computers()) {
    for (const account of reading.book.learn(page)) computers.add(account);
  }
  return computers;
}

/** Why nothing is granted on a name, whoever is expected. A name that a CSV row lists may be static or tombstoned. */
function whyNot(
  node: DnsNode,
  computers: ComputerIndex,
  force: boolean,
  listed: boolean,
): NameOutcome | null {
  if (node.label !== null)
    return skip(node, 'conflict-object', 'it lost a replication conflict; no server answers with it');
  if (node.unreadable !== null) return skip(node, 'unreadable', node.unreadable);
  const infrastructure = infrastructureReason(node, computers);
  if (infrastructure !== null && !force)
    return skip(node, 'infrastructure', `${infrastructure}; --include-protected plans it`);
  const guarded = protectedReason(node);
  if (guarded !== null && !force) return skip(node, 'protected', `${guarded}; --include-protected plans it`);
  if (listed) return null;
  if (node.tombstoned)
    return skip(node, 'tombstoned', 'it is tombstoned; list it in --csv to let its host register it again');
  if (!node.dynamic) return skip(node, 'static', 'it has no dynamic record, so the switch does not touch it');
  return null;
}

async function updatersOfRows(
  rows: readonly TargetRow[],
  expected: Expectation,
  node: DnsNode,
  reading: Reading,
): Promise<readonly ExpectedUpdater[]> {
  const updaters = new Map<string, ExpectedUpdater>();
  for (const row of rows) {
    for (const updater of await updatersOfRow(row, expected, node, reading))
      updaters.set(updater.principal.sid, updater);
  }
  return [...updaters.values()];
}

async function updatersOfRow(
  row: TargetRow,
  expected: Expectation,
  node: DnsNode,
  reading: Reading,
): Promise<readonly ExpectedUpdater[]> {
  const reference = row.principal as string;
  if (reference.toLowerCase() === '@computer')
    return expected.updaters.filter(({ because }) => because === 'computer');
  if (reference.toLowerCase() === '@dhcp') {
    if (reading.estate.dhcpAccounts.length > 0) return reading.estate.dhcpAccounts.map(fromDhcpAccount);
    throw new UsageError(
      `Line ${row.line} names @dhcp for ${node.fqdn}, but no --dhcp-account was given`,
      '--dhcp-account',
    );
  }
  const principal = await findPrincipal(
    reading.source,
    reading.info,
    reading.book,
    reference,
    `--csv line ${row.line}`,
  );
  return [fromNamed(principal, reading.book.account(principal.sid), row.line)];
}

function ambiguous(node: DnsNode, expected: Expectation): NameOutcome {
  const listed = expected.ambiguous.map(({ account }) => `${account.name} (${account.sid})`).join(', ');
  return skip(node, 'ambiguous', `several accounts claim this host: ${listed}; name one in --csv`);
}
