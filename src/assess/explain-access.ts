/**
 * The access check of one principal on one name, told ACE by ACE: also those that speak about the right but name
 * somebody else, because "not in your token" is what people need to see.
 */

import { aceEffect, isConditional } from '../formats/ace.ts';
import type { NodeDescriptor } from '../formats/node-descriptor.ts';
import { type AccessDecision, isNamed, type SpeakingAce, type Token } from './access-check.ts';
import { checkCreate, checkUpdate, createAces, updateAces, updateParts } from './update-right.ts';

/** `update` an existing name, or `create` one that does not exist yet. */
export type AskedRight = 'update' | 'create';

/**
 * What one ACE that speaks about the right did. `not enough`: it grants one of the two attributes that an update
 * writes, and the other is not granted. `not reached`: the decision had fallen before it.
 */
export interface ExplainedAce {
  readonly ace: SpeakingAce;
  readonly effect: 'allow' | 'deny';
  readonly role:
    | 'decides'
    | 'agrees'
    | 'not enough'
    | 'cannot be judged'
    | 'not reached'
    | 'names somebody else';
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
  const speaking = right === 'update' ? updateAces(descriptor).either : createAces(descriptor);
  const parts = right === 'update' ? updateParts(descriptor, token) : [decision];
  const stepped = new Set(parts.flatMap((part) => part.steps.map((step) => step.ace)));
  return {
    right,
    decision,
    aces: speaking.map((ace) => ({
      ace,
      effect: aceEffect(ace) === 'denies' ? 'deny' : 'allow',
      role: roleOf(ace),
    })),
  };

  function roleOf(ace: SpeakingAce): ExplainedAce['role'] {
    if (stepped.has(ace) && isConditional(ace)) return 'cannot be judged';
    if (ace === decision.decidedBy) return 'decides';
    if (stepped.has(ace)) return decision.access === 'yes' ? 'agrees' : 'not enough';
    return isNamed(ace.sid, descriptor, token) ? 'not reached' : 'names somebody else';
  }
}
