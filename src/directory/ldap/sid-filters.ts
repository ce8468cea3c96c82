/** Searches for objects by SID, many at a time. */

import { EqualityFilter, type Filter, OrFilter } from 'ldapts';
import { encodeSid, type Sid } from '../../formats/sid.ts';

/** SIDs in one filter; a server takes a few hundred terms without complaint. */
const SIDS_PER_SEARCH = 200;

/** Filters that together find every object with one of these SIDs. */
export function* sidFilters(sids: readonly Sid[]): Generator<Filter, void> {
  for (let at = 0; at < sids.length; at += SIDS_PER_SEARCH) {
    const filters = sids.slice(at, at + SIDS_PER_SEARCH).map((sid) => {
      return new EqualityFilter({ attribute: 'objectSid', value: Buffer.from(encodeSid(sid)) });
    });
    yield new OrFilter({ filters });
  }
}
