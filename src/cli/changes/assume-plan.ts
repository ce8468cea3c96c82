/** Names as they would be once a plan was applied, for judging the plan before anybody applies it. */

import { holdsChange } from '../../apply/compare.ts';
import type { Problem } from '../../errors.ts';
import { createDescriptorDecoder } from '../../formats/node-descriptor.ts';
import { type DnsNode, storedDescriptor } from '../../records/node.ts';
import { loadPlan } from './plan-input.ts';

/** Puts planned descriptors over those that were read. */
export interface Overlay {
  /** The name with its planned descriptor, or as it is when the plan is done on it, does not change it, or it moved. */
  cover(node: DnsNode): DnsNode;
  /** The changes in `zones` that could not be put over a name: it changed since, or was not met. */
  leftOver(zones: readonly string[]): readonly Problem[];
}

/** @throws UsageError or StaleError when the file is no plan that can be believed */
export async function assumePlan(file: string): Promise<Overlay> {
  const plan = await loadPlan(file);
  const open = new Map(plan.changes.map((change) => [change.objectGuid ?? change.dn, change]));
  const decoder = createDescriptorDecoder();
  return {
    cover: (node) => {
      const key = node.objectGuid ?? node.dn;
      const change = open.get(key);
      if (change === undefined || node.descriptor.kind !== 'read') return node;
      const bytes = Buffer.from(change.after.base64, 'base64');
      const stored = storedDescriptor(node.descriptor);
      if (holdsChange(bytes, stored)) {
        open.delete(key);
        return node;
      }
      if (Buffer.from(stored).toString('base64') !== change.before.base64) return node;
      open.delete(key);
      return { ...node, descriptor: { kind: 'read', value: decoder.decode(bytes), bytes } };
    },
    leftOver: (zones) =>
      [...open.values()]
        .filter(({ zone }) => zones.includes(zone))
        .map(({ fqdn }) => ({
          severity: 'warning',
          code: 'plan-not-assumed',
          where: fqdn,
          message: 'the plan changes it, but it was not met as the plan saw it; make a new plan',
        })),
  };
}
