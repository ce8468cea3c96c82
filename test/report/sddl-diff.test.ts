import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffSddl } from '../../src/report/sddl-diff.ts';
import { seededRandom } from '../formats/codec-vectors.ts';

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
  const random = seededRandom(11);
  const sddl = (): string =>
    `D:${Array.from({ length: random(13) }, () => `(${'ABCD'.charAt(random(4))})`).join('')}`;
  for (let run = 0; run < 500; run += 1) {
    const [before, after] = [sddl(), sddl()];
    const lines = diffSddl(before, after);
    const without = (mark: string): string =>
      lines.flatMap((line) => (line.mark === mark ? [] : [line.text])).join('');
    assert.equal(without('+'), before);
    assert.equal(without('-'), after, before);
  }
});
