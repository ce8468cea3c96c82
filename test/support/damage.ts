/** Damages bytes at random, to see that a reader refuses them with FormatError or makes a value of them. */

import assert from 'node:assert/strict';
import { FormatError } from '../../src/errors.ts';
import { seededRandom } from '../formats/codec-vectors.ts';

const ROUNDS = 10_000;
/** The front of a message holds its structure; the values behind it are taken as they come. */
const FRONT_BYTES = 160;

/** How many of 10,000 damaged copies `read` refused; anything it throws but FormatError fails the test. */
export function countRefused(message: Buffer, read: (bytes: Buffer) => unknown): number {
  const random = seededRandom(2251);
  let refused = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const bytes = Buffer.from(message);
    for (let flips = 0; flips < 3; flips += 1)
      bytes[random(Math.min(bytes.length, FRONT_BYTES))] = random(256);
    try {
      read(bytes);
    } catch (error) {
      assert.ok(error instanceof FormatError, String(error));
      refused += 1;
    }
  }
  return refused;
}
