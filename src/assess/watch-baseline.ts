/**
 * The names of a zone as they were before: of each only the little that is compared later, so that a baseline of
 * 100,000 names takes a few megabytes.
 */

import type { Guid } from '../formats/guid.ts';
import { hostsOf } from './host-match.ts';
import type { OwnedName, OwnerClass } from './owner-class.ts';
import { traceOf, type WatchBefore } from './watch.ts';

/** A name of the baseline. */
export interface BaselineName extends WatchBefore {
  readonly name: string;
  readonly objectGuid: Guid | null;
  readonly ownerClass: OwnerClass;
  /** What a name in a reverse zone pointed to; null where the name itself is the host. */
  readonly target: string | null;
}

/** One comparison of the baseline with what is there now. */
export interface BaselineMatch {
  /** What the baseline knew of a name, which counts as still there from now on. */
  find(name: string): BaselineName | null;
  /** The names that were not found, by name. */
  gone(): readonly BaselineName[];
}

export class WatchBaseline {
  readonly #names = new Map<string, BaselineName>();
  #latest: Date | null = null;

  /** How many names it holds. */
  get size(): number {
    return this.#names.size;
  }

  /** The last write that its names tell of: it was taken then or later. */
  get latestWrite(): Date | null {
    return this.#latest;
  }

  add(node: OwnedName): void {
    const { kind, objectGuid, recordsWrittenAt } = traceOf(node);
    if (kind === 'conflict') return;
    const [host = node.fqdn] = hostsOf(node);
    this.#names.set(keyOf(node.name), {
      name: node.name,
      objectGuid,
      dynamic: kind === 'dynamic',
      ownerClass: node.owner.class,
      target: host === node.fqdn.toLowerCase() ? null : host,
    });
    if (recordsWrittenAt !== null && (this.#latest === null || recordsWrittenAt > this.#latest))
      this.#latest = recordsWrittenAt;
  }

  match(): BaselineMatch {
    const left = new Set(this.#names.keys());
    return {
      find: (name) => {
        const key = keyOf(name);
        left.delete(key);
        return this.#names.get(key) ?? null;
      },
      gone: () => [...left].sort().flatMap((key) => this.#names.get(key) ?? []),
    };
  }
}

function keyOf(name: string): string {
  return name.toLowerCase();
}
