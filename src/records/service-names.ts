/**
 * What the service principal names of an account tell about it. [MS-ADA3] servicePrincipalName
 *
 *     SPN = service "/" host [ ":" port ] [ "/" name ]
 *
 * An account has half a dozen of them, and two or three kinds matter here, so the others are not even made into text.
 */

import { beginsWith, spanOf, textAt } from './entry.ts';
import type { RawEntry } from './source.ts';

/** An object that a failover cluster has made: its name object (CNO), or that of a clustered role (VCO). */
export type ClusterObject = 'name-object' | 'virtual-computer';

/** What is kept of the service principal names. */
export interface ServiceNames {
  /** The full names of the hosts of its HOST names, as they are spelled; none with a port, none of one label. */
  readonly hosts: readonly string[];
  readonly cluster: ClusterObject | null;
}

const NONE: ServiceNames = Object.freeze({ hosts: [], cluster: null });
const HOST = 'host/';
const CLUSTER = 'msservercluster/';
const CLUSTER_MANAGEMENT = 'msserverclustermgmtapi/';
const VIRTUAL_SERVER = 'msclustervirtualserver/';
const HOST_ONLY = /^[^/:]*\.[^/:]*$/;

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
    } else if (beginsWith(span, CLUSTER) || beginsWith(span, CLUSTER_MANAGEMENT)) {
      cluster = 'name-object';
    } else if (beginsWith(span, VIRTUAL_SERVER)) {
      cluster ??= 'virtual-computer';
    }
  } while (span.next());
  return { hosts, cluster };
}
