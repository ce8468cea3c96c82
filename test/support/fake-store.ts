/**
 * A store of descriptors that behaves as a domain controller does: it takes only the DACL of what is written, sorts
 * explicit ACEs, makes the inherited ones itself and counts the version up. It can refuse, lose the connection, and
 * let somebody else write at the worst moment.
 */

import type { DescriptorStore, StoredDescriptor, Target } from '../../src/apply/store.ts';
import { DirectoryError } from '../../src/errors.ts';
import { ACE_TYPES, type Ace, aceKey, isInherited } from '../../src/formats/ace.ts';
import { decodeSecurityDescriptor, encodeSecurityDescriptor } from '../../src/formats/security-descriptor.ts';
import { type DnsNode, storedDescriptor } from '../../src/records/node.ts';

/** What to do at one name; each is called every time before the store does its own part, and may throw. */
export interface Hooks {
  readonly beforeRead?: (target: Target, count: number) => Promise<void> | void;
  readonly beforeWrite?: (target: Target) => Promise<void> | void;
  readonly afterWrite?: (target: Target) => Promise<void> | void;
}

export class FakeStore implements DescriptorStore {
  readonly name = 'dc1.corp.example.com';
  /** `read <dn>` and `write <dn>` in the order in which they began. */
  readonly calls: string[] = [];
  /** The most names that were ever worked on at the same moment. */
  busiest = 0;
  readonly #objects = new Map<string, StoredDescriptor>();
  readonly #reads = new Map<string, number>();
  readonly #hooks: Hooks;
  #busy = 0;

  constructor(nodes: readonly DnsNode[], hooks: Hooks = {}) {
    this.#hooks = hooks;
    for (const node of nodes) {
      const { descriptor, descriptorVersion: version, tombstoned } = node;
      this.#objects.set(node.dn, { bytes: storedDescriptor(descriptor), version, tombstoned });
    }
  }

  /** The names that were written, in order. */
  get written(): readonly string[] {
    return this.calls.filter((call) => call.startsWith('write ')).map((call) => call.slice(6));
  }

  read(target: Target): Promise<StoredDescriptor | null> {
    return this.#busily(`read ${target.dn}`, async () => {
      const count = (this.#reads.get(target.dn) ?? 0) + 1;
      this.#reads.set(target.dn, count);
      await this.#hooks.beforeRead?.(target, count);
      return this.peek(target.dn);
    });
  }

  writeDacl(target: Target, descriptor: Uint8Array): Promise<void> {
    return this.#busily(`write ${target.dn}`, async () => {
      await this.#hooks.beforeWrite?.(target);
      this.overwrite(target.dn, descriptor);
      await this.#hooks.afterWrite?.(target);
    });
  }

  async recover(): Promise<void> {
    this.calls.push('recover');
  }

  async close(): Promise<void> {}

  /** What is stored, without counting as a read. */
  peek(dn: string): StoredDescriptor | null {
    return this.#objects.get(dn) ?? null;
  }

  /** What anybody's write of a DACL does. */
  overwrite(dn: string, descriptor: Uint8Array): void {
    const stored = this.#objects.get(dn);
    if (stored === undefined) {
      throw new DirectoryError('not-found', `${dn} is gone`, { operation: 'modify', dn, resultCode: 32 });
    }
    const [now, sent] = [decodeSecurityDescriptor(stored.bytes), decodeSecurityDescriptor(descriptor)];
    if (sent.dacl.kind !== 'present' || now.dacl.kind !== 'present') throw new TypeError('needs a DACL');
    const explicit = sent.dacl.acl.aces.filter((ace) => !isInherited(ace)).sort(byCanonicalOrder);
    const aces = [...explicit, ...now.dacl.acl.aces.filter(isInherited)];
    const bytes = encodeSecurityDescriptor({
      ...now,
      control: sent.control,
      dacl: { kind: 'present', acl: { ...sent.dacl.acl, aces } },
    });
    const version = stored.version === null ? null : stored.version + 1;
    this.#objects.set(dn, { ...stored, bytes, version });
  }

  /** Puts other bytes in place, as a change that this store knows nothing of. */
  put(dn: string, bytes: Uint8Array, version: number | null, tombstoned = false): void {
    this.#objects.set(dn, { bytes, version, tombstoned });
  }

  remove(dn: string): void {
    this.#objects.delete(dn);
  }

  async #busily<T>(call: string, work: () => Promise<T>): Promise<T> {
    this.calls.push(call);
    this.#busy += 1;
    this.busiest = Math.max(this.busiest, this.#busy);
    try {
      return await work();
    } finally {
      this.#busy -= 1;
    }
  }
}

const DENY_TYPES: ReadonlySet<number> = new Set([ACE_TYPES.accessDenied, ACE_TYPES.accessDeniedObject]);

/** Deny first, plain before object ACEs, then by bytes. [MS-ADTS] 6.1.3.1 */
function byCanonicalOrder(a: Ace, b: Ace): number {
  const rank = (ace: Ace) => (DENY_TYPES.has(ace.aceType) ? 0 : 2) + (ace.kind === 'object' ? 1 : 0);
  return rank(a) - rank(b) || (aceKey(a) < aceKey(b) ? -1 : 1);
}
