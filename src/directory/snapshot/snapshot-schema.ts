/**
 * What a snapshot keeps of each kind of object: the attributes that commands read, and those that tell who changed
 * what and when. Names are spelled as the schema does, for files that people look at.
 */

import {
  ACCOUNT_ATTRIBUTES,
  CLUSTER_ATTRIBUTES,
  CROSS_REF_ATTRIBUTES,
  DHCP_ATTRIBUTES,
  HEALTH_ATTRIBUTES,
  MEMBER_ATTRIBUTES,
  NODE_ATTRIBUTES,
  ZONE_ATTRIBUTES,
} from '../ldap/schema.ts';

/** The computer accounts of clusters, by their service principal names. */
export const CLUSTER_FILTER =
  '(|(servicePrincipalName=MSClusterVirtualServer/*)(servicePrincipalName=MSServerCluster/*))';

const COMMON = ['objectClass', 'objectGUID', 'whenCreated', 'whenChanged', 'uSNChanged'] as const;
const METADATA = 'replPropertyMetaData';

type ExportPart =
  | 'root'
  | 'crossRef'
  | 'domain'
  | 'trust'
  | 'server'
  | 'dhcp'
  | 'account'
  | 'cluster'
  | 'container'
  | 'zone'
  | 'node'
  | 'deletedNode';

/** The attributes of a snapshot, by kind of object. */
export const EXPORT_ATTRIBUTES: Readonly<Record<ExportPart, readonly string[]>> = {
  root: [
    ...['defaultNamingContext', 'rootDomainNamingContext', 'configurationNamingContext', 'namingContexts'],
    ...['schemaNamingContext', 'dnsHostName', 'dsServiceName', 'serverName', 'currentTime', 'vendorName'],
    ...['highestCommittedUSN', 'domainFunctionality', 'forestFunctionality', 'domainControllerFunctionality'],
  ],
  crossRef: [...COMMON, ...CROSS_REF_ATTRIBUTES, 'msDS-NC-Replica-Locations', 'msDS-NC-RO-Replica-Locations'],
  domain: [
    ...COMMON,
    ...['objectSid', 'msDS-Behavior-Version', 'maxPwdAge', 'lockoutThreshold', 'lockoutDuration'],
  ],
  trust: [
    ...COMMON,
    ...['flatName', 'trustPartner', 'securityIdentifier', 'trustDirection', 'trustType', 'trustAttributes'],
  ],
  server: [
    ...COMMON,
    ...['dNSHostName', 'serverReference', 'invocationId', 'options', 'hasMasterNCs', 'msDS-hasMasterNCs'],
    ...['msDS-hasFullReplicaNCs', 'msDS-HasDomainNCs', 'isDeleted'],
  ],
  dhcp: [...COMMON, ...DHCP_ATTRIBUTES],
  // No `member`: memberOf of every account says the same, and large groups list their members in ranges.
  account: [
    ...new Set([...COMMON, ...ACCOUNT_ATTRIBUTES, ...HEALTH_ATTRIBUTES, ...MEMBER_ATTRIBUTES]),
    ...['memberOf', 'userPrincipalName', 'pwdLastSet', 'lastLogonTimestamp', 'operatingSystem'],
    'lastKnownParent',
  ],
  cluster: ['objectClass', 'objectSid', 'sAMAccountName', ...CLUSTER_ATTRIBUTES],
  container: [...COMMON, 'nTSecurityDescriptor', METADATA],
  zone: [...new Set([...COMMON, ...ZONE_ATTRIBUTES])],
  node: [...new Set([...COMMON, ...NODE_ATTRIBUTES.metadata])],
  deletedNode: [...COMMON, METADATA, 'isDeleted', 'lastKnownParent', 'dc'],
};

/** Other exports name the members of a group there. */
const ALSO_KEPT = ['member'] as const;

const SPELLINGS: ReadonlyMap<string, string> = new Map(
  [...Object.values(EXPORT_ATTRIBUTES).flat(), ...ALSO_KEPT].map((name) => [name.toLowerCase(), name]),
);

/** An attribute of a snapshot as the schema spells it; null for one that snapshots do not hold. */
export function spellingOf(attribute: string): string | null {
  return SPELLINGS.get(attribute) ?? null;
}
