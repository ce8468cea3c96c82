/**
 * Is a zone ready for "Secure only", judged by its names? The counts, the limit, and where the blocked names sit, so
 * that the worst place can be repaired first.
 */

import { counted } from '../formats/counted.ts';
import type { Sid } from '../formats/sid.ts';
import type { Account } from '../records/account.ts';
import { folderOfAccount } from '../records/folder.ts';
import type { AuditedName, Verdict } from './audit.ts';
import { addressesOf } from './case.ts';
import type { Check } from './check.ts';

/** How many names may be blocked: a number, or a share of the dynamic names in percent. */
export type BlockedLimit = { readonly kind: 'count' | 'percent'; readonly value: number };

/** Blocked names that have something in common. */
export interface BlockedGroup {
  readonly by: 'ou' | 'owner-class' | 'subnet';
  readonly value: string;
  readonly names: number;
}

/** What the names of a zone say about its readiness. */
export interface NameReadiness {
  readonly go: boolean;
  readonly names: number;
  readonly dynamic: number;
  /** Names that would stop updating: blocked ones, and those nobody can judge. */
  readonly blocked: number;
  /** How many of these nobody can judge. */
  readonly unknown: number;
  readonly limit: number;
  readonly checks: readonly Check[];
  readonly worst: readonly BlockedGroup[];
}

/** Counts the names of a zone as they stream by. */
export interface ReadinessTally {
  add(name: AuditedName): void;
  result(limit: BlockedLimit): NameReadiness;
}

const DYNAMIC_VERDICTS: readonly Verdict[] = ['ready', 'partly', 'blocked', 'no-updater', 'unknown'];
const GROUPS_SHOWN = 5;
const NO_OU = 'no computer account';

/** @param accountOf the account of a SID, to say in which folder the computers of blocked names lie */
export function createReadinessTally(accountOf: (sid: Sid) => Account | null): ReadinessTally {
  const verdicts = new Map<Verdict, number>();
  let keptOut = 0;
  const groups = new Map<string, { by: BlockedGroup['by']; value: string; names: number }>();
  const group = (by: BlockedGroup['by'], value: string): void => {
    const key = `${by} ${value}`;
    const found = groups.get(key) ?? { by, value, names: 0 };
    found.names += 1;
    groups.set(key, found);
  };
  return {
    add: (name) => {
      verdicts.set(name.verdict, (verdicts.get(name.verdict) ?? 0) + 1);
      if (name.verdict === 'dormant' && keepsOut(name)) keptOut += 1;
      if (name.verdict !== 'blocked' && name.verdict !== 'unknown') return;
      group('owner-class', name.owner.class);
      group('ou', folderOf(name, accountOf));
      for (const subnet of new Set(addressesOf(name).map(subnetOf))) group('subnet', subnet);
    },
    result: (limit) => judge(verdicts, keptOut, limit, worstOf([...groups.values()])),
  };
}

/** How many of the dynamic names may stop updating. */
export function allowedNames(limit: BlockedLimit, dynamic: number): number {
  return limit.kind === 'count' ? limit.value : Math.floor((dynamic * limit.value) / 100);
}

function judge(
  verdicts: ReadonlyMap<Verdict, number>,
  keptOut: number,
  limit: BlockedLimit,
  worst: readonly BlockedGroup[],
): NameReadiness {
  const count = (verdict: Verdict): number => verdicts.get(verdict) ?? 0;
  const names = [...verdicts.values()].reduce((sum, value) => sum + value, 0);
  const dynamic = DYNAMIC_VERDICTS.reduce((sum, verdict) => sum + count(verdict), 0);
  const unknown = count('unknown');
  const blocked = count('blocked') + unknown;
  const allowed = allowedNames(limit, dynamic);
  const go = blocked <= allowed;
  const checks: Check[] = [
    {
      id: 'blocked-names',
      status: go ? 'pass' : 'fail',
      message: `${count('blocked')} of ${counted(dynamic, 'dynamic name')} would stop updating, ${unknown} cannot be judged; at most ${allowed} may`,
      cure: go ? null : 'dnsacl grant plans what is missing',
    },
    {
      id: 'partly-ready-names',
      status: count('partly') === 0 ? 'pass' : 'warn',
      message: `${counted(count('partly'), 'name')} can be updated by some of their expected updaters only`,
      cure: count('partly') === 0 ? null : 'dnsacl grant plans what is missing',
    },
    {
      id: 'names-without-updater',
      status: count('no-updater') === 0 ? 'pass' : 'warn',
      message: `${counted(count('no-updater'), 'dynamic name belongs', 'dynamic names belong')} to no account that could be matched`,
      cure:
        count('no-updater') === 0
          ? null
          : 'name the DHCP account with --dhcp-account, make the records static, or let them go',
    },
    {
      id: 'dormant-names',
      status: count('dormant') === 0 ? 'pass' : 'warn',
      message: `${counted(count('dormant'), 'tombstoned name keeps its', 'tombstoned names keep their')} access list; on ${keptOut} of them nobody who is expected may register again`,
      cure: count('dormant') === 0 ? null : 'list them in grant --csv, or wait until they are gone (14 days)',
    },
  ];
  return { go, names, dynamic, blocked, unknown, limit: allowed, checks, worst };
}

/** True for a tombstoned name that somebody may want back, and nobody of them can. */
function keepsOut({ updaters }: AuditedName): boolean {
  return updaters.length > 0 && updaters.every(({ access }) => access !== 'yes');
}

/** The largest groups of each kind. */
function worstOf(groups: readonly BlockedGroup[]): readonly BlockedGroup[] {
  return (['ou', 'owner-class', 'subnet'] as const).flatMap((by) =>
    groups
      .filter((item) => item.by === by)
      .sort((a, b) => b.names - a.names || (a.value < b.value ? -1 : 1))
      .slice(0, GROUPS_SHOWN),
  );
}

/** The /24 of an IPv4 address, the /64 of an IPv6 one as far as its text shows it. */
function subnetOf(address: string): string {
  if (!address.includes(':')) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  const [head = ''] = address.split('::', 1);
  return `${head.split(':').slice(0, 4).join(':')}::/64`;
}

function folderOf(name: AuditedName, accountOf: (sid: Sid) => Account | null): string {
  const computer = name.updaters.find((updater) => updater.because === 'computer');
  const account = computer === undefined ? null : accountOf(computer.principal.sid);
  return account === null ? NO_OU : folderOfAccount(account.dn);
}
