/**
 * The port through which descriptors are re-read and written. directory/ fills it twice: a domain controller over
 * LDAP, and a copy of a snapshot for rehearsal.
 */

import type { Guid } from '../formats/guid.ts';

/** Which object is meant. The GUID decides; the DN stands in only where a snapshot holds no GUID. */
export interface Target {
  readonly dn: string;
  readonly objectGuid: Guid | null;
}

/** A descriptor as the store holds it now, without SACL. */
export interface StoredDescriptor {
  readonly bytes: Uint8Array;
  /** Version of nTSecurityDescriptor in the replication metadata; null when the store does not tell. */
  readonly version: number | null;
  /** The name was given up: it is no longer answered, and waits to be deleted or registered again. */
  readonly tombstoned: boolean;
}

/** Somewhere to read descriptors from. */
export interface DescriptorReader {
  /** Shown in messages: the DC. */
  readonly name: string;
  /** The descriptor of one object, or null when there is no such object (yet, or any more). */
  read(target: Target): Promise<StoredDescriptor | null>;
  close(): Promise<void>;
}

/** Somewhere to write descriptors to. */
export interface DescriptorStore {
  /** Shown in journals and messages: the pinned DC, or the file. */
  readonly name: string;
  /** The descriptor of one object, or null when there is no such object (any more). */
  read(target: Target): Promise<StoredDescriptor | null>;
  /** Replaces the DACL by that of `descriptor`; owner, group and SACL stay untouched. */
  writeDacl(target: Target, descriptor: Uint8Array): Promise<void>;
  /** After transient trouble: waits, and connects again when the connection went. */
  recover(): Promise<void>;
  /** Finishes: a snapshot copy is written now. */
  close(): Promise<void>;
}
