/** Reading connections that several comparisons share, so that each domain controller is met once, dead ones too. */

import type { DescriptorReader } from '../../apply/store.ts';
import type { Place } from './connect.ts';

export interface SharedReaders {
  /** As that of a Place; closing what it returns leaves the connection open. */
  openReader(hostName: string | null): Promise<DescriptorReader>;
  close(): Promise<void>;
}

export function shareReaders(place: Pick<Place, 'openReader'>): SharedReaders {
  const opened = new Map<string | null, Promise<DescriptorReader>>();
  return {
    openReader: async (hostName) => {
      const opening = opened.get(hostName) ?? place.openReader(hostName);
      opened.set(hostName, opening);
      return { ...(await opening), close: async () => {} };
    },
    close: async () => {
      for (const outcome of await Promise.allSettled(opened.values())) {
        if (outcome.status === 'fulfilled') await outcome.value.close();
      }
    },
  };
}
