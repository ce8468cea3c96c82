/**
 * The domain controllers of one run: the pinned one, and further ones that are connected to when something is asked
 * that it does not hold. Referrals are never followed: who is asked is decided here, by what the directory says.
 */

import type { DescriptorStore } from '../../apply/store.ts';
import { DirectoryError } from '../../errors.ts';
import { type Dn, dnKey } from '../../formats/dn.ts';
import type { DirectoryInfo, DirectorySource } from '../../records/source.ts';

/** One domain controller, signed in to. */
export interface DomainController {
  readonly source: DirectorySource;
  /** Opens the writing port on it. */
  openStore(): Promise<DescriptorStore>;
}

/** True when this server holds the naming context, and all of it. */
export function holds(info: DirectoryInfo, namingContext: Dn): boolean {
  const wanted = dnKey(namingContext);
  return info.partitions.some((item) => item.server !== null && dnKey(item.namingContext) === wanted);
}

/** Connects to each domain controller at most once; one that did not answer is not asked again. */
export class DomainControllers {
  readonly pinned: DomainController;
  readonly #connect: (hostName: string) => Promise<DomainController>;
  readonly #asked = new Map<string, Promise<DomainController>>();
  readonly #reached: DomainController[] = [];

  /** @param connect opens and signs in to another domain controller as the same user */
  constructor(pinned: DomainController, connect: (hostName: string) => Promise<DomainController>) {
    this.pinned = pinned;
    this.#connect = connect;
    this.#reached.push(pinned);
  }

  /** Those that were connected to, the pinned one first. */
  get reached(): readonly DomainController[] {
    return this.#reached;
  }

  /**
   * The first of these hosts that answers and holds the naming context.
   *
   * @throws DirectoryError `unreachable` with the reason of each host when there is none
   */
  async findHolder(namingContext: Dn, hostNames: AsyncIterable<string>): Promise<DomainController> {
    const reasons: string[] = [];
    for await (const hostName of hostNames) {
      try {
        const found = await this.#at(hostName);
        if (holds(await found.source.describe(), namingContext)) return found;
        reasons.push(`${hostName} does not hold it`);
      } catch (error) {
        if (!(error instanceof DirectoryError)) throw error;
        reasons.push(error.message);
      }
    }
    const { server } = await this.pinned.source.describe();
    const others =
      reasons.length === 0 ? 'the directory names no other server that does' : reasons.join('; ');
    const message = `Cannot reach ${namingContext}: ${server} does not hold it; ${others}`;
    throw new DirectoryError('unreachable', message, { operation: 'find a server', dn: namingContext });
  }

  async close(): Promise<void> {
    await Promise.all(this.#reached.map(({ source }) => source.close()));
  }

  #at(hostName: string): Promise<DomainController> {
    const key = hostName.toLowerCase();
    let asked = this.#asked.get(key);
    if (asked === undefined) {
      asked = this.#open(hostName);
      this.#asked.set(key, asked);
    }
    return asked;
  }

  async #open(hostName: string): Promise<DomainController> {
    const opened = await this.#connect(hostName);
    this.#reached.push(opened);
    return opened;
  }
}
