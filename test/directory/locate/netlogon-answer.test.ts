import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeNetlogonAnswer } from '../../../src/directory/locate/netlogon-answer.ts';
import {
  assertRefused,
  assertSurvivesDamage,
  bytesOf,
  type HexRow,
  loadRows,
} from '../../formats/codec-vectors.ts';

const ROWS = loadRows<HexRow>('netlogon-answer', 'valid');

for (const row of ROWS) {
  test(`NETLOGON_SAM_LOGON_RESPONSE_EX: ${row.name}`, () => {
    assert.deepEqual(decodeNetlogonAnswer(bytesOf(row.hex)), row.value);
  });
}

for (const row of loadRows<HexRow>('netlogon-answer', 'invalid')) {
  test(`NETLOGON_SAM_LOGON_RESPONSE_EX refuses: ${row.name}`, () => assertRefused(decodeNetlogonAnswer, row));
}

test('decodeNetlogonAnswer() meets damaged bytes with a FormatError or an answer', () => {
  for (const row of ROWS) assertSurvivesDamage(decodeNetlogonAnswer, row.hex);
});
