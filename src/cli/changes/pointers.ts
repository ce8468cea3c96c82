/** `grant --with-ptr`: the names that were asked for, and then the PTR names of their addresses. */

import type { AuditedName } from '../../assess/audit.ts';
import { addressesOf } from '../../assess/case.ts';
import { hostsOf, isReverse } from '../../assess/host-match.ts';
import { normalizeFqdn, reverseNameOf } from '../../formats/dns-name.ts';
import { skip } from '../../plan/change.ts';
import type { NameOutcome, PlannedZone } from '../../plan/plan.ts';
import { isLoaded, readZones } from '../../records/read.ts';
import type { Auditing } from '../auditing.ts';
import type { NameFilter } from '../filter.ts';
import type { WhereFlags } from '../options.ts';
import type { Reading } from '../reading.ts';
import { createGrantPlanner, type GrantOptions } from './grant-planner.ts';
import { type PlanFlags, type Planner, planNames } from './planning.ts';

const EVERY_NAME: NameFilter = { isOpen: true, matchesNode: () => true, matchesOwner: () => true };

/** Plans the names of the zones that were asked for, and the PTR names that point back to them in the others. */
export async function planPointers(
  flags: PlanFlags & WhereFlags,
  grant: GrantOptions,
  reading: Reading,
  auditing: Auditing,
  filter: NameFilter,
  planner: Planner,
): Promise<{ readonly outcomes: NameOutcome[]; readonly zones: readonly PlannedZone[] }> {
  const hostOf = new Map<string, string>();
  const forward = await planNames(reading, auditing, filter, noting(planner, hostOf), flags.limit);
  const { values } = await readZones(reading.source, flags.partition);
  const wanted = [...hostOf.keys()];
  const zones = values.filter((zone) => {
    if (!isLoaded(zone) || !isReverse(zone.name) || reading.zones.some((read) => read.dn === zone.dn))
      return false;
    const suffix = `.${normalizeFqdn(zone.name)}`;
    return wanted.some((name) => name.endsWith(suffix));
  });
  const met = new Set<string>();
  const pointers = createGrantPlanner(grant, reading, auditing, null, new Map());
  const reverse: Planner = {
    wants: (node) => {
      const key = normalizeFqdn(node.fqdn);
      const host = hostOf.get(key);
      if (host === undefined || !hostsOf(node).includes(host)) return false;
      met.add(key);
      return true;
    },
    plan: (name) => pointers.plan(name),
  };
  const backward =
    zones.length === 0
      ? { outcomes: [], zones: [] }
      : await planNames({ ...reading, zones }, auditing, EVERY_NAME, reverse, undefined);
  const missing = wanted
    .filter((name) => !met.has(name))
    .map((name) => skip({ zone: '', fqdn: name }, 'not-found', `no PTR there points to ${hostOf.get(name)}`));
  return {
    outcomes: [...forward.outcomes, ...backward.outcomes, ...missing],
    zones: [...forward.zones, ...backward.zones],
  };
}

/** The planner, which also notes the reverse names of what it plans or finds done. */
function noting(planner: Planner, hostOf: Map<string, string>): Planner {
  return {
    ...planner,
    plan: (name: AuditedName) => {
      const outcome = planner.plan(name);
      if (outcome.kind === 'change' || outcome.skipped.code === 'already') {
        for (const address of addressesOf(name)) hostOf.set(reverseNameOf(address), normalizeFqdn(name.fqdn));
      }
      return outcome;
    },
  };
}
