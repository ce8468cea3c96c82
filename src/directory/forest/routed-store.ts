/** The writing port over several domain controllers: each name is written where its partition is held. */

import type { DescriptorStore, Target } from '../../apply/store.ts';
import type { Dn } from '../../formats/dn.ts';
import type { DomainController } from './domain-controllers.ts';
import type { Holders } from './holders.ts';

/** Who holds each of these names, by DN. @throws DirectoryError when nobody who holds one of them answers */
export async function findTargetHolders(
  targets: readonly Target[],
  holders: Holders,
): Promise<ReadonlyMap<string, DomainController>> {
  const holderByDn = new Map<string, DomainController>();
  for (const { dn } of targets) holderByDn.set(dn, await holders.of(dn as Dn));
  return holderByDn;
}

/** Opens what is needed for the names that findTargetHolders() was asked about; the pinned one for none. */
export async function openRoutedStore(
  holderByDn: ReadonlyMap<string, DomainController>,
  pinned: DomainController,
): Promise<DescriptorStore> {
  const stores = new Map<DomainController, DescriptorStore>();
  for (const holder of new Set(holderByDn.values())) stores.set(holder, await holder.openStore());
  const [only, ...more] = stores.values();
  if (only === undefined) return pinned.openStore();
  if (more.length === 0) return only;
  return createRoutedStore([only, ...more], ({ dn }) => {
    const holder = holderByDn.get(dn);
    const store = holder === undefined ? undefined : stores.get(holder);
    if (store === undefined) throw new TypeError(`${dn} is none of the names that this store was opened for`);
    return store;
  });
}

function createRoutedStore(
  stores: readonly DescriptorStore[],
  storeOf: (target: Target) => DescriptorStore,
): DescriptorStore {
  return {
    name: stores.map(({ name }) => name).join(', '),
    read: async (target) => storeOf(target).read(target),
    writeDacl: async (target, descriptor) => storeOf(target).writeDacl(target, descriptor),
    // Whose trouble it was is not told; one whose connection is well only waits.
    recover: async () => {
      await Promise.all(stores.map((store) => store.recover()));
    },
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
    },
  };
}
