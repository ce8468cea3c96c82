/** Where a socket puts what it reads, for one receiver after another. What arrives before the first waits for it. */

import type { OnReadOpts } from 'node:net';

type Receiver = (chunk: Uint8Array) => void;

/** What one read from the socket takes at most. */
const RECEIVE_BYTES = 256 * 1024;

export class Inbox {
  readonly #early: Uint8Array[] = [];
  #receiver: Receiver = (chunk) => void this.#early.push(new Uint8Array(chunk));

  /**
   * For a socket that reads into a buffer of its own; allocating one for each read was measured to cost a sixth of
   * reading a zone.
   */
  readOptions(): OnReadOpts {
    return {
      buffer: Buffer.allocUnsafeSlow(RECEIVE_BYTES),
      callback: (length: number, buffer: Uint8Array) => {
        this.#receiver(buffer.subarray(0, length));
        return true;
      },
    };
  }

  /** Hands over what arrived before anybody asked, and from now on what arrives. */
  receive(onChunk: Receiver): void {
    this.#receiver = onChunk;
    for (const chunk of this.#early.splice(0)) onChunk(chunk);
  }
}
