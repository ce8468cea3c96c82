/** Kills this process by SIGKILL at one chosen step: right before or right after a call of the store or the journal. */

import type { Journal } from '../../../src/apply/journal.ts';
import type { DescriptorStore } from '../../../src/apply/store.ts';

/** Counts steps and ends the process at one of them. */
export interface Fuse {
  /** How many steps there were so far. */
  readonly steps: number;
  step(): void;
}

/** @param at the step at which the process dies; beyond the last one it lives */
export function createFuse(at: number): Fuse {
  let steps = 0;
  return {
    get steps() {
      return steps;
    },
    step: () => {
      steps += 1;
      if (steps === at) process.kill(process.pid, 'SIGKILL');
    },
  };
}

/** The store with two steps around each of its calls. */
export function fusedStore(store: DescriptorStore, fuse: Fuse): DescriptorStore {
  return {
    name: store.name,
    read: (target) => around(fuse, () => store.read(target)),
    writeDacl: (target, descriptor) => around(fuse, () => store.writeDacl(target, descriptor)),
    recover: () => store.recover(),
    close: () => store.close(),
  };
}

/** The journal with two steps around each append. */
export function fusedJournal(journal: Journal, fuse: Fuse): Journal {
  return {
    append: (event) => around(fuse, () => journal.append(event)),
    close: () => journal.close(),
  };
}

async function around<T>(fuse: Fuse, work: () => Promise<T>): Promise<T> {
  fuse.step();
  const result = await work();
  fuse.step();
  return result;
}
