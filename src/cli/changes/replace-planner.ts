/** `grant --replace OLD=NEW`: every name on which the old account has entries of its own. */

import { fromNamed } from '../../assess/expected-updaters.ts';
import { UsageError } from '../../errors.ts';
import { planReplace } from '../../plan/replace.ts';
import { findPrincipal } from '../../records/find-principal.ts';
import type { Auditing } from '../auditing.ts';
import { type Reading, sddlContext } from '../reading.ts';
import type { Planner } from './planning.ts';
import { type Protection, whyGuarded } from './protection.ts';

/** @throws UsageError when the pair cannot be read or one of the two cannot be found */
export async function createReplacePlanner(
  pair: string,
  options: Protection,
  reading: Reading,
  auditing: Auditing,
): Promise<Planner> {
  const { source, info, book } = reading;
  const [oldReference, newReference] = splitPair(pair);
  const old = await findPrincipal(source, info, book, oldReference, '--replace');
  const successor = await findPrincipal(source, info, book, newReference, '--replace');
  if (old.sid === successor.sid) throw new UsageError(`--replace names ${oldReference} twice`, '--replace');
  const replacement = { old, new: fromNamed(successor, 'named with --replace', auditing) };
  const context = sddlContext(info);
  return {
    wants: () => true,
    plan: (name) => whyGuarded(name, options) ?? planReplace(name, replacement, context),
  };
}

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  const [old, successor] = [pair.slice(0, at), pair.slice(at + 1)];
  if (at > 0 && successor !== '' && !successor.includes('=')) return [old, successor];
  throw new UsageError(
    `Cannot use ${JSON.stringify(pair)}: --replace needs OLD=NEW, each a SID or an account name`,
    '--replace',
  );
}
