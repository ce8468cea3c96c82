/** In which order the servers of a service are tried. RFC 2782 */

import type { SrvRecord } from './dns-message.ts';

/**
 * The groups of equal priority, lowest first, each in a random order in which weight counts: a server with twice the
 * weight comes first twice as often.
 *
 * @param random from 0 to below 1
 */
export function orderSrv(
  records: readonly SrvRecord[],
  random: () => number,
): readonly (readonly SrvRecord[])[] {
  const groups = Map.groupBy(records, (record) => record.priority);
  return [...groups].sort(([left], [right]) => left - right).map(([, group]) => drawByWeight(group, random));
}

/**
 * Those of weight 0 stand in front, in any order: they are drawn only with the ticket 0, unless they are alone.
 */
function drawByWeight(records: readonly SrvRecord[], random: () => number): readonly SrvRecord[] {
  const left = records
    .map((record) => ({ record, weight: record.weight, place: record.weight > 0 ? 1 : random() }))
    .sort((a, b) => a.place - b.place);
  const drawn: SrvRecord[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    const ticket = Math.floor(random() * (total + 1));
    let reached = 0;
    const at = left.findIndex(({ weight }) => {
      reached += weight;
      return reached >= ticket;
    });
    drawn.push(...left.splice(at, 1).map(({ record }) => record));
  }
  return drawn;
}
