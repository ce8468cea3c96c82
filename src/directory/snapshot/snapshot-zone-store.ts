/**
 * The rehearsal filling of the port for zones: the value is exchanged in a copy of a snapshot. It behaves as a
 * directory does: an old value that is not there is refused, and the version of dNSProperty rises by one.
 */

import type { Target } from '../../apply/store.ts';
import type { ZoneStore } from '../../apply/zone-store.ts';
import { UsageError } from '../../errors.ts';
import { dnKey } from '../../formats/dn.ts';
import { decodeGuid } from '../../formats/guid.ts';
import type { LdifRecord } from '../../formats/ldif.ts';
import { ATTRIBUTE_IDS, attributeVersion } from '../../formats/repl-metadata.ts';
import {
  demandNewFile,
  keyOfTarget,
  type ReplacedAttributes,
  withNextVersion,
  writeSnapshotCopy,
} from './snapshot-copy.ts';
import { readSnapshot } from './snapshot-file.ts';

/** What the copy holds for the zone. */
interface Held {
  values: readonly Uint8Array[];
  metadata: Uint8Array | null;
}

/**
 * Opens a snapshot for the rehearsal of a switch. The copy is written when the store is closed, if anything was
 * exchanged.
 *
 * @param copy null to read only
 * @throws UsageError when the source cannot be read or the copy exists already
 */
export async function openSnapshotZoneStore(
  file: string,
  copy: string | null,
  zone: Target,
): Promise<ZoneStore> {
  if (copy !== null) demandNewFile(copy);
  const held = await findZone(file, zone);
  let exchanged = false;
  return {
    name: copy ?? file,
    read: async () => (held === null ? null : { values: held.values, version: versionOf(held) }),
    swap: async (_zone, removed, added) => {
      if (copy === null || held === null)
        throw new UsageError(`Cannot switch ${zone.dn} in ${file}: a snapshot is never changed in place`);
      if (!exchange(held, removed, added)) return false;
      exchanged = true;
      return true;
    },
    recover: async () => {},
    close: async () => {
      if (copy === null || held === null || !exchanged) return;
      await writeSnapshotCopy(file, copy, (record) => (isZone(record, zone) ? withHeld(record, held) : null));
    },
  };
}

async function findZone(file: string, zone: Target): Promise<Held | null> {
  for await (const item of readSnapshot(file)) {
    if (item.kind !== 'record' || !isZone(item, zone)) continue;
    return {
      values: item.attributes.get('dnsproperty') ?? [],
      metadata: item.attributes.get('replpropertymetadata')?.[0] ?? null,
    };
  }
  return null;
}

function exchange(held: Held, removed: Uint8Array, added: Uint8Array): boolean {
  const at = held.values.findIndex((value) => Buffer.compare(value, removed) === 0);
  if (at === -1) return false;
  held.values = held.values.with(at, added);
  if (held.metadata !== null) held.metadata = withNextVersion(held.metadata, ATTRIBUTE_IDS.dNSProperty);
  return true;
}

function withHeld(record: LdifRecord, held: Held): ReplacedAttributes {
  const attributes = new Map<string, readonly Uint8Array[]>(record.attributes);
  attributes.set('dnsproperty', held.values);
  if (held.metadata !== null) attributes.set('replpropertymetadata', [held.metadata]);
  return attributes;
}

function versionOf({ metadata }: Held): number | null {
  return metadata === null ? null : attributeVersion(metadata, ATTRIBUTE_IDS.dNSProperty);
}

function isZone({ dn, attributes }: LdifRecord, zone: Target): boolean {
  const guid = attributes.get('objectguid')?.[0];
  if (zone.objectGuid !== null) return guid?.length === 16 && decodeGuid(guid) === keyOfTarget(zone);
  return dnKey(dn) === keyOfTarget(zone);
}
