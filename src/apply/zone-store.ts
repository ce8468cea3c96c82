/**
 * The port through which the properties of a zone are re-read and one of them is written. directory/ fills it twice: a
 * domain controller over LDAP, and a copy of a snapshot for rehearsal.
 */

import type { Target } from './store.ts';

/** The dNSProperty of a zone as the store holds it now. */
export interface StoredProperties {
  readonly values: readonly Uint8Array[];
  /** Version of dNSProperty in the replication metadata; null when the store does not tell. */
  readonly version: number | null;
}

/** Somewhere to read the properties of a zone from. */
export interface ZoneReader {
  /** Shown in records and messages: the DC, or the file. */
  readonly name: string;
  /** The properties of a zone, or null when there is no such object (yet, or any more). */
  read(zone: Target): Promise<StoredProperties | null>;
  /** Finishes: a changed copy of a snapshot is written now. */
  close(): Promise<void>;
}

/** Somewhere to switch a zone. */
export interface ZoneStore extends ZoneReader {
  /**
   * Puts one value in the place of another in one step: the directory itself refuses it when the old one is gone.
   *
   * @returns false when it was refused for that
   */
  swap(zone: Target, removed: Uint8Array, added: Uint8Array): Promise<boolean>;
  /** After transient trouble: waits, and connects again when the connection went. */
  recover(): Promise<void>;
}
