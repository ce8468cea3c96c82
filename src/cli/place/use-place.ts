/**
 * Reads at a place, and when its server is lost while nothing has been answered yet, reads once more from the start
 * at another server of the domain. What was read from two servers is never put together, and whatever has begun to
 * write stays where it is.
 */

import { DirectoryError } from '../../errors.ts';
import type { Answer } from '../answer/answer.ts';
import type { Io } from '../io.ts';
import type { TalkFlags, WhereFlags } from '../options.ts';
import { openPlace, type Place } from './connect.ts';

/**
 * Opens the place, works there and closes it. `work` may be called again, with another place, after it has failed.
 *
 * @param copy the file that changes to a snapshot are written to
 */
export async function usePlace<T>(
  flags: WhereFlags & TalkFlags,
  io: Io,
  answer: Answer,
  work: (place: Place) => Promise<T>,
  copy?: string,
): Promise<T> {
  let place = await openPlace(flags, io, copy);
  for (;;) {
    const current = place;
    let isWriting = false;
    const openStore: Place['openStore'] = (targets) => {
      isWriting = true;
      return current.openStore(targets);
    };
    let loss: DirectoryError;
    try {
      return await work({ ...current, openStore });
    } catch (error) {
      if (current.elsewhere === null || isWriting || answer.isBegun() || !isLoss(error)) throw error;
      loss = error;
    } finally {
      await current.close();
    }
    answer.say(`${loss.message}; beginning again at another domain controller`);
    place = await current.elsewhere().catch(() => {
      throw loss;
    });
  }
}

function isLoss(error: unknown): error is DirectoryError {
  return error instanceof DirectoryError && error.fault === 'unreachable';
}
