/** Values of dNSProperty, and a store that holds those of one zone as a domain controller does. */

import type { Target } from '../../src/apply/store.ts';
import type { StoredProperties, ZoneStore } from '../../src/apply/zone-store.ts';
import { DNS_PROPERTY_IDS, encodeDnsProperty } from '../../src/formats/dns-property.ts';

/** One value, with the trailer that real ones have. */
export function propertyOf(id: number, ...data: readonly number[]): Uint8Array {
  const trailer = new Uint8Array(4);
  const header = { dataLength: data.length, nameLength: 1, flag: 0, version: 1 };
  return encodeDnsProperty({ ...header, id, data: Uint8Array.from(data), trailer });
}

export const UNSECURE: Uint8Array = propertyOf(DNS_PROPERTY_IDS.ALLOW_UPDATE, 1);
export const SECURE: Uint8Array = propertyOf(DNS_PROPERTY_IDS.ALLOW_UPDATE, 2);
export const OFF: Uint8Array = propertyOf(DNS_PROPERTY_IDS.ALLOW_UPDATE, 0);
export const PRIMARY: Uint8Array = propertyOf(DNS_PROPERTY_IDS.ZONE_TYPE, 1, 0, 0, 0);
export const AGING: Uint8Array = propertyOf(DNS_PROPERTY_IDS.AGING_STATE, 1, 0, 0, 0);

/** What happens before the store does its own part; each may throw, and write what it likes to `values`. */
export interface ZoneHooks {
  readonly beforeRead?: (store: FakeZoneStore, count: number) => void;
  readonly beforeSwap?: (store: FakeZoneStore, count: number) => void;
  readonly afterSwap?: (store: FakeZoneStore, count: number) => void;
}

export class FakeZoneStore implements ZoneStore {
  readonly name = 'dc1.corp.example.com';
  /** `read`, `swap` and `recover` in order. */
  readonly calls: string[] = [];
  /** null: there is no such zone. */
  values: readonly Uint8Array[] | null;
  readonly #hooks: ZoneHooks;
  #version = 1;

  constructor(values: readonly Uint8Array[], hooks: ZoneHooks = {}) {
    this.values = values;
    this.#hooks = hooks;
  }

  async read(): Promise<StoredProperties | null> {
    const count = this.#count('read');
    this.#hooks.beforeRead?.(this, count);
    return this.values === null ? null : { values: this.values, version: this.#version };
  }

  async swap(_zone: Target, removed: Uint8Array, added: Uint8Array): Promise<boolean> {
    const count = this.#count('swap');
    this.#hooks.beforeSwap?.(this, count);
    const at = (this.values ?? []).findIndex((value) => Buffer.compare(value, removed) === 0);
    if (this.values === null || at === -1) return false;
    // As a directory may: what was added comes last.
    this.values = [...this.values.toSpliced(at, 1), added];
    this.#version += 2;
    this.#hooks.afterSwap?.(this, count);
    return true;
  }

  async recover(): Promise<void> {
    this.calls.push('recover');
  }

  async close(): Promise<void> {}

  #count(call: string): number {
    this.calls.push(call);
    return this.calls.filter((known) => known === call).length;
  }
}
