import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffSddl } from '../../src/report/sddl-diff.ts';

const shown = (before: string, after: string): readonly string[] =>
  diffSddl(before, after).map(({ mark, text }) => mark + text);

test('diffSddl() marks what is added where it stands', () => {
  assert.deepEqual(shown('O:SYD:(A)(C)', 'O:SYD:(A)(B)(C)'), [' O:SYD:', ' (A)', '+(B)', ' (C)']);
});

test('diffSddl() puts what goes before what comes', () => {
  assert.deepEqual(shown('D:(A)(B)', 'D:(A)(C)'), [' D:', ' (A)', '-(B)', '+(C)']);
});

test('diffSddl() sees another order, other flags of the list and an equal ACE that is there twice', () => {
  assert.deepEqual(shown('D:(A)(B)', 'D:(B)(A)'), [' D:', '-(A)', ' (B)', '+(A)']);
  assert.deepEqual(shown('D:AI(A)', 'D:PAI(A)'), ['-D:AI', '+D:PAI', ' (A)']);
  assert.deepEqual(shown('D:(A)(A)', 'D:(A)'), [' D:', ' (A)', '-(A)']);
});

test('diffSddl() takes nothing for nothing', () => {
  assert.deepEqual(shown('', ''), []);
  assert.deepEqual(shown('', 'D:(A)'), ['+D:', '+(A)']);
});

test('diffSddl() gives both texts back, whatever they are', () => {
  const sddl = fc
    .array(fc.constantFrom('(A)', '(B)', '(C)', '(D)'), { maxLength: 12 })
    .map((aces) => `D:${aces.join('')}`);
  fc.assert(
    fc.property(sddl, sddl, (before, after) => {
      const lines = diffSddl(before, after);
      const side = (other: string): string =>
        lines.flatMap(({ mark, text }) => (mark === other ? [] : [text])).join('');
      assert.equal(side('+'), before);
      assert.equal(side('-'), after);
    }),
    { seed: 11, numRuns: 500 },
  );
});
