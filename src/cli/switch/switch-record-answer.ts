/** Shows the record of a switch. */

import { readSwitchRecord, type SwitchRecord } from '../../apply/switch-record.ts';
import { UsageError } from '../../errors.ts';
import { findMode } from '../../plan/switch.ts';
import { jsonDocument, ndjsonLine } from '../../report/json.ts';
import { safeForTerminal } from '../../report/safe-text.ts';
import type { Answer } from '../answer/answer.ts';
import { TEXT_FORMATS } from '../options.ts';
import { wayBack } from './switching.ts';

/** Writes what was switched and how it ended. @throws UsageError for a form that a record does not have */
export async function writeSwitchRecord(file: string, answer: Answer, now: Date): Promise<void> {
  const record = await readSwitchRecord(file);
  const { intent } = record;
  const value = recordValue(record);
  switch (answer.format) {
    case 'json': {
      const head = {
        command: 'show',
        generatedAt: now,
        server: intent.store,
        zones: [intent.zone],
        problems: [],
      };
      await answer.write(jsonDocument(head, value));
      break;
    }
    case 'ndjson':
      await answer.write(ndjsonLine(value));
      break;
    case 'table':
      await answer.write(
        Object.entries(value)
          .map(([key, text]) => `${key.padEnd(11)}${safeForTerminal(String(text ?? '-'))}\n`)
          .join(''),
      );
      break;
    default: {
      const message = `Cannot show the record of a switch as ${answer.format}; needs one of ${TEXT_FORMATS.join(', ')}`;
      throw new UsageError(message, '--format');
    }
  }
  answer.say(`To take it back: ${wayBack({ name: intent.zone }, file, '')}`);
}

function recordValue({ intent, outcome }: SwitchRecord): Readonly<Record<string, string | null>> {
  return {
    zone: intent.zone,
    dn: intent.dn,
    before: wordOf(intent.before),
    after: wordOf(intent.after),
    writtenOn: intent.store,
    tool: intent.tool,
    outcome: outcome?.outcome ?? 'not known: it was interrupted',
    message: outcome?.message ?? null,
  };
}

function wordOf(base64: string): string {
  const found = findMode([Buffer.from(base64, 'base64')]);
  return found.kind === 'set' ? found.mode : found.reason;
}
