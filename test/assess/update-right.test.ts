import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenOfSid } from '../../src/assess/token.ts';
import { checkUpdate, updateAces } from '../../src/assess/update-right.ts';
import { SCHEMA_GUIDS } from '../../src/formats/guid.ts';
import { formatAce } from '../../src/formats/sddl.ts';
import { domainSid, fullSddl, nodeDescriptor, OWNED_BY_SYSTEM, RIDS, SDDL } from '../support/corp.ts';

const { dnsRecord, dNSTombstoned } = SCHEMA_GUIDS;
const CONDITION = '#61727478';

/** What each descriptor means for the host, and the ACE that says so. */
const CASES: readonly (readonly [name: string, sddl: string, access: string, decidedBy: string | null])[] = [
  ['a name that a nonsecure update made is closed to its host', OWNED_BY_SYSTEM, 'no', null],
  [
    'the same with a full ACE for the host is open',
    `${OWNED_BY_SYSTEM}(A;;FULL;;;DOM-1109)`,
    'yes',
    '(A;;FULL;;;DOM-1109)',
  ],
  ['owning the name is not enough', 'O:DOM-1109G:SYD:(A;;RPLCLORC;;;WD)', 'no', null],
  [
    'writing both attributes is enough',
    `O:SYG:SYD:(OA;;WP;${dnsRecord};;DOM-1109)(OA;;WP;${dNSTombstoned};;DOM-1109)`,
    'yes',
    `(OA;;WP;${dnsRecord};;DOM-1109)`,
  ],
  [
    'writing records without the tombstone flag is not enough',
    `O:SYG:SYD:(OA;;WP;${dnsRecord};;DOM-1109)`,
    'no',
    null,
  ],
  [
    'writing the tombstone flag without records is not enough',
    `O:SYG:SYD:(OA;;WP;${dNSTombstoned};;DOM-1109)`,
    'no',
    null,
  ],
  [
    'a deny of the tombstone flag stands in the way',
    `O:SYG:SYD:(OD;;WP;${dNSTombstoned};;WD)(A;;FULL;;;DOM-1109)`,
    'no',
    `(OD;;WP;${dNSTombstoned};;WD)`,
  ],
  [
    'an unsure tombstone flag makes the whole unsure',
    `O:SYG:SYD:(OA;;WP;${dnsRecord};;DOM-1109)(XA;;WP;;;WD;${CONDITION})`,
    'unknown',
    `(XA;;WP;;;WD;${CONDITION})`,
  ],
  [
    'records that are certain do not outweigh unsure ones',
    `O:SYG:SYD:(OA;;WP;${dNSTombstoned};;DOM-1109)(XA;;WP;;;WD;${CONDITION})`,
    'unknown',
    `(XA;;WP;;;WD;${CONDITION})`,
  ],
  [
    'a certain no for the tombstone flag outweighs unsure records',
    `O:SYG:SYD:(OD;;WP;${dNSTombstoned};;WD)(XA;;WP;;;WD;${CONDITION})`,
    'no',
    `(OD;;WP;${dNSTombstoned};;WD)`,
  ],
];

for (const [name, sddl, access, decidedBy] of CASES) {
  test(`checkUpdate(): ${name}`, () => {
    const decision = checkUpdate(nodeDescriptor(sddl), tokenOfSid(domainSid(RIDS.host)));
    const found = decision.decidedBy === null ? null : formatAce(decision.decidedBy, SDDL);
    assert.deepEqual([decision.access, found], [access, decidedBy === null ? null : fullSddl(decidedBy)]);
  });
}

test('updateAces() is one list for both attributes unless an ACE, explicit or inherited, is about one alone', () => {
  const common = updateAces(nodeDescriptor('O:SYG:SYD:AI(A;;WP;;;DOM-1109)(A;ID;RP;;;WD)(A;ID;FULL;;;DA)'));
  assert.equal(common.tombstone, common.records);
  assert.equal(common.either, common.records);
  assert.equal(common.records.length, 2);
  for (const aces of [`(OA;;WP;${dnsRecord};;WD)`, `(OA;ID;WP;${dnsRecord};;WD)`]) {
    const { records, tombstone, either } = updateAces(nodeDescriptor(`O:SYG:SYD:AI${aces}(A;ID;WP;;;DA)`));
    assert.deepEqual([records.length, tombstone.length, either.length], [2, 1, 2]);
  }
});
