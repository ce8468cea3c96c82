/** A search as the program asks for it, and its bytes. RFC 4511 4.5.1; paging RFC 2696 */

import { type Control, type Filter, FilterParser, PagedResultsControl, SearchRequest } from 'ldapts';

/** One search, paged when `pageSize` is given. The time limit is always the server's own. */
export interface SearchOptions {
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: string | Filter;
  readonly attributes: readonly string[];
  readonly controls?: readonly Control[];
  readonly pageSize?: number;
}

/**
 * The LDAPMessage that asks for the page behind `cookie`; an empty cookie asks for the first.
 *
 * @throws Error when the filter is not one of RFC 4515
 */
export function encodeSearch(options: SearchOptions, messageId: number, cookie: Buffer): Buffer {
  const controls: Control[] = [...(options.controls ?? [])];
  if (options.pageSize !== undefined) {
    controls.push(new PagedResultsControl({ value: { size: options.pageSize, cookie } }));
  }
  const filter =
    typeof options.filter === 'string' ? FilterParser.parseString(options.filter) : options.filter;
  return new SearchRequest({
    messageId,
    baseDN: options.base,
    scope: options.scope,
    filter,
    attributes: [...options.attributes],
    // ldapts would set 10 seconds, which a large zone on a busy server exceeds before its first page.
    timeLimit: 0,
    controls,
  }).write();
}
