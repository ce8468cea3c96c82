/**
 * What the service principal names of an account tell about it. [MS-ADA3] servicePrincipalName
 *
 *     SPN = service "/" host [ ":" port ] [ "/" name ]
 *
 * An account has half a dozen of them, and two or three kinds matter here, so the others are not even made into text.
 */

import { spanOf, textAt } from './entry.ts';
import type { RawEntry, ValueSpan } from './source.ts';

/** An object that a failover cluster has made: its name object (CNO), or that of a clustered role (VCO). */
export type ClusterObject = 'name-object' | 'virtual-computer';

/** What is kept of the service principal names. */
export interface ServiceNames {
  /** The full names of the hosts of its HOST names, as they are spelled; none with a port, none of one label. */
  readonly hosts: readonly string[];
  readonly cluster: ClusterObject | null;
}

const NONE: ServiceNames = Object.freeze({ hosts: [], cluster: null });
const HOST = Buffer.from('host/');
const CLUSTER_SERVICE = Buffer.from('msserverclus');
const VIRTUAL_SERVICE = Buffer.from('msclustervir');
const CLUSTER_NAME = /^MSServerCluster(?:MgmtAPI)?\//i;
const VIRTUAL_NAME = /^MSClusterVirtualServer\//i;
const HOST_ONLY = /^[^/:]*\.[^/:]*$/;
/** What sets a small letter of ASCII apart from the capital; no other byte that is compared here lacks it. */
const SMALL_BIT = 0x20;

/** Reads the service principal names of an account. */
export function readServiceNames(entry: RawEntry): ServiceNames {
  const span = spanOf(entry, 'serviceprincipalname');
  if (span === null) return NONE;
  const hosts: string[] = [];
  let cluster: ClusterObject | null = null;
  do {
    if (beginsWith(span, HOST)) {
      const host = textAt(span, HOST.length);
      if (HOST_ONLY.test(host)) hosts.push(host);
    } else if (beginsWith(span, CLUSTER_SERVICE)) {
      if (CLUSTER_NAME.test(textAt(span))) cluster = 'name-object';
    } else if (cluster === null && beginsWith(span, VIRTUAL_SERVICE)) {
      if (VIRTUAL_NAME.test(textAt(span))) cluster = 'virtual-computer';
    }
  } while (span.next());
  return { hosts, cluster };
}

/** @param prefix in small letters */
function beginsWith({ bytes, start, end }: ValueSpan, prefix: Uint8Array): boolean {
  if (end - start < prefix.length) return false;
  for (let at = 0; at < prefix.length; at++) {
    if (((bytes[start + at] as number) | SMALL_BIT) !== prefix[at]) return false;
  }
  return true;
}
