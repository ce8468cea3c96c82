/**
 * The port through which a live connection is asked about itself: who is signed in and how, what kind of server
 * answers, and what this account may do. directory/ fills it over LDAP; a snapshot has nothing to put in its place.
 */

import type { Dn } from '../formats/dn.ts';
import type { Sid } from '../formats/sid.ts';

/** How the connection came about. */
export interface ConnectionFacts {
  readonly signIn: string;
  readonly protection: {
    readonly layer: string;
    readonly signed: boolean;
    readonly sealed: boolean;
    /** Such as the TLS version and cipher; null when there is no more to say than the layer. */
    readonly detail: string | null;
  };
  /** False when any certificate was accepted. */
  readonly verified: boolean;
}

/** What the server knows about who is signed in. */
export interface Identity {
  /** The answer to "Who am I?" or msDS-PrincipalName, such as `CORP\anna`; null when the server tells neither. */
  readonly name: string | null;
  /** The token of the connection: its groups, and on some servers the account itself. */
  readonly tokenSids: readonly Sid[];
}

/** What the rootDSE says about the server. [MS-ADTS] 3.1.1.3.2 */
export interface ServerFacts {
  /** vendorName; null on Windows, which has none. */
  readonly vendor: string | null;
  /** msDS-Behavior-Version of each, [MS-ADTS] 6.1.4; null when it is not told. */
  readonly levels: {
    readonly forest: number | null;
    readonly domain: number | null;
    readonly controller: number | null;
  };
  /** Milliseconds by which the server's clock is ahead of ours, to a second; null when it tells no time. */
  readonly clockAheadMs: number | null;
}

/** What this account may do with one object. */
export interface EffectiveRights {
  /** nTSecurityDescriptor came back: READ_CONTROL is there. */
  readonly descriptorRead: boolean;
  /** sDRightsEffective, bits as in SD flags; null when the server does not tell. [MS-ADTS] 3.1.1.4.5.4 */
  readonly descriptorWrites: number | null;
  /** allowedAttributesEffective, in lower case; null when the server does not tell. [MS-ADTS] 3.1.1.4.5.8 */
  readonly attributeWrites: ReadonlySet<string> | null;
}

/** The bit of `descriptorWrites` that stands for the DACL: WRITE_DAC, or ownership. */
export const DACL_WRITE = 4;

/** A connection that can be asked about itself. */
export interface Inspection {
  readonly connection: ConnectionFacts;
  readIdentity(): Promise<Identity>;
  /** @param now the clock that the server's is compared with; half of the round trip is taken off */
  readServer(now: () => Date): Promise<ServerFacts>;
  /** What this account may do with one object; null when it cannot see it. */
  readRights(dn: Dn): Promise<EffectiveRights | null>;
}
