/** The fake store kept in a folder, one file for each name, so that it outlives the process that writes to it. */

import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredDescriptor } from '../../../src/apply/store.ts';
import type { OwnedName } from '../../../src/assess/owner-class.ts';
import { FakeStore } from '../fake-store.ts';

/** Lays the names down as files. */
export function layFiles(folder: string, names: readonly OwnedName[]): void {
  const store = new FakeStore(names);
  names.forEach(({ dn }, index) => {
    save(join(folder, `${index}.json`), dn, store.peek(dn) as StoredDescriptor);
  });
}

/** Opens what `layFiles` made; each write is on the disk when it resolves, or not at all. */
export function openFiles(folder: string): FakeStore {
  const files = new Map<string, string>();
  const store: FakeStore = new FakeStore([], {
    afterWrite: ({ dn }) => save(files.get(dn) as string, dn, store.peek(dn) as StoredDescriptor),
  });
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    const file = join(folder, name);
    const { dn, base64, version } = JSON.parse(readFileSync(file, 'utf8'));
    files.set(dn, file);
    store.put(dn, new Uint8Array(Buffer.from(base64, 'base64')), version);
  }
  return store;
}

function save(file: string, dn: string, { bytes, version }: StoredDescriptor): void {
  writeFileSync(
    `${file}.new`,
    JSON.stringify({ dn, base64: Buffer.from(bytes).toString('base64'), version }),
  );
  renameSync(`${file}.new`, file);
}
