/** The library in a few lines: stream a zone from a snapshot and count the names of each owner class. */

import { join } from 'node:path';
import {
  classifyOwner,
  createSnapshotSource,
  ownerSids,
  PrincipalBook,
  readEstate,
  readNodes,
  readZones,
  selectZones,
} from '../src/index.ts';

const source = createSnapshotSource(join(import.meta.dirname, 'corp.example.com.ldif.gz'));
const info = await source.describe();
const book = new PrincipalBook(source, info);
const estate = await readEstate(source, info, book, { dhcpAccounts: ['dhcp_update'], dhcpServers: [] });
const counts = new Map<string, number>();
for (const zone of selectZones((await readZones(source)).values, ['corp.example.com'])) {
  for await (const { nodes } of readNodes(source, zone)) {
    await book.resolve(ownerSids(nodes));
    for (const node of nodes) {
      const owner = classifyOwner(node, book, estate);
      counts.set(owner.class, (counts.get(owner.class) ?? 0) + 1);
    }
  }
}
for (const [ownerClass, names] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
  process.stdout.write(`${ownerClass.padEnd(14)}${String(names).padStart(5)}\n`);
}
