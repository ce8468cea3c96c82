/**
 * Lays accounts, groups, DHCP servers, zones and names into a lab's directory from a plain description.
 * estate.py writes them straight into the database, in one transaction.
 */

import { join } from 'node:path';
import type { Lab } from './lab.ts';

/** A computer, user or group managed service account. */
export interface EstateAccount {
  readonly kind: 'computer' | 'user' | 'gmsa';
  /** sAMAccountName; ends in `$` for computers and gMSAs. */
  readonly account: string;
  /** What placeholders and members call it; `account` when left out. Two accounts of one name in turn need two keys. */
  readonly key?: string;
  /** Container or OU relative to the domain; CN=Computers or CN=Users when left out. */
  readonly parent?: string;
  readonly dnsHostName?: string;
  readonly servicePrincipalNames?: readonly string[];
  readonly additionalDnsHostNames?: readonly string[];
  readonly operatingSystem?: string;
  readonly description?: string;
  readonly disabled?: boolean;
  /** Key of the account in mS-DS-CreatorSID: the cluster that made this computer, say. */
  readonly creator?: string;
  /** The account's own descriptor, placeholders allowed. */
  readonly sddl?: string;
  /** Deleted again at once: its SID is an orphan from then on. */
  readonly deleted?: boolean;
  /** Lets it sign in (costs 20 ms each). */
  readonly password?: string;
}

/** A group; one that exists already gets the members added. */
export interface EstateGroup {
  readonly account: string;
  /** `distribution`: a global group for mail, which gives no rights. */
  readonly scope: 'global' | 'domain-local' | 'universal' | 'distribution';
  readonly parent?: string;
  /** Keys of accounts and groups described before, existing sAMAccountNames, or SIDs such as S-1-5-11. */
  readonly members: readonly string[];
  /** Accounts that get this group as their primary group. */
  readonly primaryOf?: readonly string[];
}

/** One entry of CN=NetServices, [MS-DHCPE] 7.3. */
export interface EstateDhcpServer {
  readonly name: string;
  readonly address: string;
}

/** One dnsNode. */
export interface EstateName {
  /** The RDN value; a conflict object has `\nCNF:<guid>` at its end. */
  readonly name: string;
  /** dnsRecord values in base64. */
  readonly records: readonly string[];
  /**
   * Owner, group and explicit ACEs, with `{sid:KEY}` for accounts; the DC adds what is inherited. Left out: what
   * a nonsecure update makes (owner SYSTEM), or whatever the name has already.
   */
  readonly sddl?: string;
  readonly tombstoned?: boolean;
}

/** One dnsZone; one that exists already gets the properties and names added. */
export interface EstateZone {
  readonly name: string;
  readonly partition: 'domain' | 'forest' | 'legacy';
  /** dNSProperty values in base64; they replace all there are. Left out: nothing changes. */
  readonly properties?: readonly string[];
  readonly sddl?: string;
  readonly names: readonly EstateName[];
}

/** Everything to lay down, in the order of the fields. */
export interface Estate {
  /** What an earlier `layEstate` returned: keys that its accounts had and this description names. */
  readonly knownSids?: Readonly<Record<string, string>>;
  /** Relative to the domain, parents first: `OU=Sites`, `OU=North,OU=Sites`. */
  readonly organizationalUnits?: readonly string[];
  readonly accounts?: readonly EstateAccount[];
  readonly groups?: readonly EstateGroup[];
  readonly dhcpServers?: readonly EstateDhcpServer[];
  readonly zones?: readonly EstateZone[];
}

/** Where an estate can be laid: a lab, or one of its further DCs. */
export type EstateHost = Pick<Lab, 'python' | 'rememberPassword' | 'restartDc'>;

/**
 * Lays `estate` down; a running DC is restarted when a new zone needs it.
 *
 * @returns the SID of each account and group described or named, by key
 */
export async function layEstate(lab: EstateHost, estate: Estate): Promise<Readonly<Record<string, string>>> {
  const answer = await lab.python(join(import.meta.dirname, 'estate.py'), [], JSON.stringify(estate));
  const { sids, newZones } = JSON.parse(answer) as { sids: Record<string, string>; newZones: number };
  for (const { account, password } of estate.accounts ?? []) {
    if (password !== undefined) lab.rememberPassword(account, password);
  }
  if (newZones > 0) await lab.restartDc();
  return sids;
}
