/** Which attributes are asked of which objects, and the flags that tell partitions apart. One list for both sources. */

import type { NodeDetail } from '../../records/source.ts';

export { ACCOUNT_ATTRIBUTES } from '../../records/account.ts';
export { HEALTH_ATTRIBUTES } from '../../records/account-health.ts';
export { MEMBER_ATTRIBUTES } from '../../records/members.ts';

export const ZONE_ATTRIBUTES: readonly string[] = Object.freeze([
  'dNSProperty',
  'nTSecurityDescriptor',
  'objectGUID',
  'replPropertyMetaData',
]);

const CENSUS_ATTRIBUTES: readonly string[] = ['dnsRecord', 'dNSTombstoned'];
const DESCRIPTOR_ATTRIBUTES: readonly string[] = [...CENSUS_ATTRIBUTES, 'nTSecurityDescriptor', 'objectGUID'];

export const NODE_ATTRIBUTES: Readonly<Record<NodeDetail, readonly string[]>> = {
  census: CENSUS_ATTRIBUTES,
  descriptor: DESCRIPTOR_ATTRIBUTES,
  metadata: [...DESCRIPTOR_ATTRIBUTES, 'replPropertyMetaData'],
};

/** What tells which cluster a virtual computer object belongs to, besides the attributes of any account. */
export const CLUSTER_ATTRIBUTES: readonly string[] = Object.freeze([
  'nTSecurityDescriptor',
  'mS-DS-CreatorSID',
]);

export const DHCP_ATTRIBUTES: readonly string[] = Object.freeze(['dhcpServers', 'dhcpType']);

export const CROSS_REF_ATTRIBUTES: readonly string[] = Object.freeze([
  'nCName',
  'dnsRoot',
  'nETBIOSName',
  'systemFlags',
  'Enabled',
]);

/** systemFlags of a crossRef. [MS-ADTS] 2.2.10 */
export const CROSS_REF_FLAGS = { ntdsNc: 1, ntdsDomain: 2, notGcReplicated: 4 } as const;
