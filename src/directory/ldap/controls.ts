/** The request controls that ldapts does not bring. Values are BER, RFC 4511 4.1.11. */

import { type BerWriter, Control } from 'ldapts';

/** Which parts of a security descriptor are meant. [MS-ADTS] 3.1.1.3.4.1.11 */
export const SD_FLAGS = { owner: 1, group: 2, dacl: 4, sacl: 8 } as const;

/** Owner, group and DACL: all that can be read without the privilege that a SACL needs. */
export const SD_FLAGS_READABLE = 7;

/** LDAP_SERVER_SD_FLAGS_OID. [MS-ADTS] 3.1.1.3.4.1.11 */
export class SdFlagsControl extends Control {
  readonly #flags: number;

  constructor(flags: number) {
    super('1.2.840.113556.1.4.801', { critical: true });
    this.#flags = flags;
  }

  override writeControl(writer: BerWriter): void {
    writer.writeBuffer(Buffer.from([0x30, 0x03, 0x02, 0x01, this.#flags]), 0x04);
  }
}

/** LDAP_SERVER_SHOW_DELETED_OID: also return deleted objects. [MS-ADTS] 3.1.1.3.4.1.14 */
export class ShowDeletedControl extends Control {
  constructor() {
    super('1.2.840.113556.1.4.417', { critical: true });
  }
}

/** LDAP_SERVER_DOMAIN_SCOPE_OID: no referrals to other partitions. [MS-ADTS] 3.1.1.3.4.1.4 */
export class DomainScopeControl extends Control {
  constructor() {
    super('1.2.840.113556.1.4.1339', { critical: false });
  }
}
