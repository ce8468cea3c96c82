/**
 * The rehearsal filling of the writing port: changes are made to a copy of a snapshot. It behaves as a directory does:
 * only the DACL is taken from what is written, and the version of the descriptor rises by one.
 */

import type { DescriptorStore, StoredDescriptor, Target } from '../../apply/store.ts';
import { UsageError } from '../../errors.ts';
import { dnKey } from '../../formats/dn.ts';
import { decodeGuid } from '../../formats/guid.ts';
import type { LdifRecord } from '../../formats/ldif.ts';
import { ATTRIBUTE_IDS, attributeVersion } from '../../formats/repl-metadata.ts';
import {
  CONTROL_FLAGS,
  decodeSecurityDescriptor,
  encodeSecurityDescriptor,
} from '../../formats/security-descriptor.ts';
import {
  demandNewFile,
  keyOfTarget,
  type ReplacedAttributes,
  withNextVersion,
  writeSnapshotCopy,
} from './snapshot-copy.ts';
import { readSnapshot } from './snapshot-file.ts';

/** The control bits that belong to the DACL; the others say something about what stays. [MS-DTYP] 2.4.6 */
const DACL_CONTROL =
  CONTROL_FLAGS.daclPresent |
  CONTROL_FLAGS.daclDefaulted |
  CONTROL_FLAGS.daclTrusted |
  CONTROL_FLAGS.daclComputedInheritanceRequired |
  CONTROL_FLAGS.daclAutoInherited |
  CONTROL_FLAGS.daclProtected;

/** What a snapshot copy holds for one name: descriptor and metadata, both as raw values. */
interface Held {
  descriptor: Uint8Array;
  metadata: Uint8Array | null;
  readonly tombstoned: boolean;
}

/**
 * Opens a snapshot for a rehearsal. The copy is written when the store is closed.
 *
 * @param targets the names that may be read or written; others are copied as they are
 * @throws UsageError when the source cannot be read or the copy exists already
 */
export async function openSnapshotStore(
  file: string,
  copy: string,
  targets: readonly Target[],
): Promise<DescriptorStore> {
  demandNewFile(copy);
  const wanted = new Set(targets.map(keyOfTarget));
  const held = new Map<string, Held>();
  for await (const item of readSnapshot(file)) {
    const key = item.kind === 'record' ? keyOfRecord(item, wanted) : null;
    const descriptor = item.kind === 'record' ? item.attributes.get('ntsecuritydescriptor')?.[0] : undefined;
    if (item.kind !== 'record' || key === null || descriptor === undefined) continue;
    const metadata = item.attributes.get('replpropertymetadata')?.[0] ?? null;
    held.set(key, { descriptor, metadata, tombstoned: isTombstoned(item) });
  }
  return {
    name: copy,
    read: async (target) => storedOf(held.get(keyOfTarget(target))),
    writeDacl: async (target, descriptor) => replaceDacl(held.get(keyOfTarget(target)), descriptor),
    recover: async () => {},
    close: () => writeSnapshotCopy(file, copy, (record) => changedAttributes(record, wanted, held)),
  };
}

function storedOf(held: Held | undefined): StoredDescriptor | null {
  if (held === undefined) return null;
  return {
    bytes: held.descriptor,
    version:
      held.metadata === null ? null : attributeVersion(held.metadata, ATTRIBUTE_IDS.nTSecurityDescriptor),
    tombstoned: held.tombstoned,
  };
}

function isTombstoned({ attributes }: LdifRecord): boolean {
  const [value] = attributes.get('dnstombstoned') ?? [];
  return value !== undefined && Buffer.from(value).toString('latin1').toUpperCase() === 'TRUE';
}

function replaceDacl(held: Held | undefined, descriptor: Uint8Array): void {
  if (held === undefined)
    throw new UsageError('Cannot write a name that the snapshot does not hold', '--snapshot');
  const stored = decodeSecurityDescriptor(held.descriptor);
  const written = decodeSecurityDescriptor(descriptor);
  const control = (stored.control & ~DACL_CONTROL) | (written.control & DACL_CONTROL);
  held.descriptor = encodeSecurityDescriptor({ ...stored, dacl: written.dacl, control });
  if (held.metadata !== null)
    held.metadata = withNextVersion(held.metadata, ATTRIBUTE_IDS.nTSecurityDescriptor);
}

/** What the copy holds of a record; null when it is not among the wanted. */
function changedAttributes(
  record: LdifRecord,
  wanted: ReadonlySet<string>,
  held: ReadonlyMap<string, Held>,
): ReplacedAttributes | null {
  const key = keyOfRecord(record, wanted);
  const now = key === null ? undefined : held.get(key);
  if (now === undefined) return null;
  const attributes = new Map<string, readonly Uint8Array[]>(record.attributes);
  attributes.set('ntsecuritydescriptor', [now.descriptor]);
  if (now.metadata !== null) attributes.set('replpropertymetadata', [now.metadata]);
  return attributes;
}

/** The key under which a record is wanted, or null when it is not. */
function keyOfRecord(record: LdifRecord, wanted: ReadonlySet<string>): string | null {
  const guid = record.attributes.get('objectguid')?.[0];
  if (guid?.length === 16) {
    const key = decodeGuid(guid);
    if (wanted.has(key)) return key;
  }
  if (!record.attributes.has('ntsecuritydescriptor')) return null;
  const key = dnKey(record.dn);
  return wanted.has(key) ? key : null;
}
