/**
 * The access check of one principal on one name, told ACE by ACE: also those that speak about the right but name
 * somebody else, because "not in your token" is what people need to see.
 */

import { aceEffect, isConditional } from '../formats/ace.ts';
import type { NodeDescriptor } from '../formats/node-descriptor.ts';
import type { AccessDecision, SpeakingAce, Token } from './access-check.ts';
import { checkCreate, checkUpdate, createAces, updateAces } from './update-right.ts';

/** `update` an existing name, or `create` one that does not exist yet. */
export type AskedRight = 'update' | 'create';

/** What one ACE that speaks about the right did. `not reached`: the decision had fallen before it. */
export interface ExplainedAce {
  readonly ace: SpeakingAce;
  readonly effect: 'allow' | 'deny';
  readonly role: 'decides' | 'names somebody else' | 'cannot be judged' | 'not reached' | 'agrees';
}

/** A decision with every ACE that speaks about the right. */
export interface ExplainedAccess {
  readonly right: AskedRight;
  readonly decision: AccessDecision;
  readonly aces: readonly ExplainedAce[];
}

/** The answer when the descriptor cannot be read: nobody can say. */
export function unreadableAccess(right: AskedRight, reason: string): ExplainedAccess {
  return { right, decision: { access: 'unknown', decidedBy: null, reason, steps: [] }, aces: [] };
}

/** @param descriptor that of the name for `update`, that of its zone for `create` */
export function explainAccess(descriptor: NodeDescriptor, token: Token, right: AskedRight): ExplainedAccess {
  const decision = right === 'update' ? checkUpdate(descriptor, token) : checkCreate(descriptor, token);
  const speaking = right === 'update' ? updateAces(descriptor) : createAces(descriptor);
  const stepped = new Set(decision.steps.map((step) => step.ace));
  const decidedAt =
    decision.decidedBy === null ? speaking.length : speaking.indexOf(decision.decidedBy as SpeakingAce);
  return {
    right,
    decision,
    aces: speaking.map((ace, index) => ({
      ace,
      effect: aceEffect(ace) === 'denies' ? 'deny' : 'allow',
      role: roleOf(ace, index),
    })),
  };

  function roleOf(ace: SpeakingAce, index: number): ExplainedAce['role'] {
    if (ace === decision.decidedBy) return isConditional(ace) ? 'cannot be judged' : 'decides';
    if (stepped.has(ace)) return isConditional(ace) ? 'cannot be judged' : 'agrees';
    return index > decidedAt && token.sids.has(ace.sid) ? 'not reached' : 'names somebody else';
  }
}
