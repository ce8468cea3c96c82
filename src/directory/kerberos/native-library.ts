/** Loads libraries of the operating system through koffi, which is optional and only needed for Kerberos. */

import type { LibraryHandle, TypeObject } from 'koffi';
import { DirectoryError } from '../../errors.ts';

export type { TypeObject };
export type Koffi = typeof import('koffi');

/** A loaded library, and koffi to describe its functions with. */
export interface NativeLibrary {
  readonly koffi: Koffi;
  readonly library: LibraryHandle;
}

const INSTEAD = 'or give --user NAME';

/**
 * Loads the first of these libraries that is there.
 *
 * @param cure how to get one of them
 * @throws DirectoryError `credentials` when koffi is not installed, or none of them is there
 */
export async function loadNativeLibrary(names: readonly string[], cure: string): Promise<NativeLibrary> {
  const koffi = await loadKoffi();
  let failure: unknown = null;
  for (const name of names) {
    try {
      return { koffi, library: koffi.load(name) };
    } catch (error) {
      failure = error;
    }
  }
  throw cannotSignIn(`${names.join(' or ')} cannot be loaded; ${cure}, ${INSTEAD}`, failure);
}

async function loadKoffi(): Promise<Koffi> {
  try {
    return await import('koffi');
  } catch (error) {
    const cure = `install it (npm install koffi), ${INSTEAD}`;
    throw cannotSignIn(`the optional package koffi is not there; ${cure}`, error);
  }
}

function cannotSignIn(reason: string, cause: unknown): DirectoryError {
  const message = `Cannot sign in with Kerberos: ${reason}`;
  return new DirectoryError('credentials', message, { operation: 'sign in' }, { cause });
}
