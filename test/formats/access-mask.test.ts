import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ACCESS_RIGHTS,
  describeRights,
  FULL_CONTROL,
  hasRights,
  mapGenericRights,
} from '../../src/formats/access-mask.ts';

const { GA, GR, GW, GX, MA, RP, WP, CC } = ACCESS_RIGHTS;

for (const [name, mask, mapped] of [
  ['GR', GR, 0x20094],
  ['GW', GW, 0x20028],
  ['GX', GX, 0x20004],
  ['GA', GA, 0xf01ff],
  ['GR and GW', GR | GW, 0x200bc],
  ['GR beside a specific right', GR | CC, 0x20095],
  ['no generic right', 0xf017f, 0xf017f],
  ['nothing', 0, 0],
  ['maximum allowed stays', MA, 0x2000000],
] as const) {
  test(`mapGenericRights(): ${name}`, () => assert.equal(mapGenericRights(mask), mapped));
}

test('FULL_CONTROL is the union of all rights of directory objects', () => {
  const specific = Object.values(ACCESS_RIGHTS).filter((bit) => bit < ACCESS_RIGHTS.AS);
  assert.equal(
    specific.reduce((sum: number, bit) => sum | bit, 0),
    FULL_CONTROL,
  );
});

test('hasRights() needs every bit, the highest included', () => {
  assert.equal(hasRights(0x80000000, GR), true);
  assert.equal(hasRights(0x80000000 | 0, GR), true);
  assert.equal(hasRights(0x7fffffff, GR), false);
  assert.equal(hasRights(RP | WP, RP), true);
  assert.equal(hasRights(RP, RP | WP), false);
  assert.equal(hasRights(0, 0), true);
});

for (const [name, mask, words] of [
  ['one right', WP, ['write property']],
  ['ascending order', WP | CC | RP, ['create child', 'read property', 'write property']],
  ['full control', FULL_CONTROL, ['full control']],
  ['full control and more', 0x1f01ff, ['full control', '0x100000']],
  ['generic rights are mapped', GA, ['full control']],
  ['generic read', GR, ['list contents', 'read property', 'list object', 'read control']],
  ['almost full control', 0xf0000, ['delete', 'read control', 'write DACL', 'write owner']],
  ['bits without a name together', 0x8000800, ['0x8000800']],
  ['nothing', 0, []],
] as const) {
  test(`describeRights(): ${name}`, () => assert.deepEqual(describeRights(mask), words));
}
