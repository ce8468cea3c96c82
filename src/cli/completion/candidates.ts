/**
 * What can stand at the end of a command line that is not finished. It is read off the program's own commands, so that
 * it is right for whatever they have.
 */

import type { Argument, Command, Option } from 'commander';

/** One word to choose from. */
export interface Candidate {
  readonly word: string;
  /** In one line; empty when there is nothing to say. */
  readonly description: string;
}

/** Words to choose from, or the shell's own completion of file names. */
export type Completion =
  | { readonly kind: 'words'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'files' };

/** What goes into a value, as its placeholder says: `<zone...>`. */
const PLACEHOLDER = /[<[]([\w-]+)/;
const FILES: ReadonlySet<string> = new Set(['file', 'snapshot', 'plan', 'journal', 'before', 'after']);
const NO_WORDS: Completion = { kind: 'words', candidates: [] };

/**
 * @param before the words between the program and the one that is typed
 * @param current the word that is typed, as far as it is
 * @param zones names of zones
 */
export function complete(
  program: Command,
  before: readonly string[],
  current: string,
  zones: readonly string[],
): Completion {
  // bash takes the equals sign of --option=value for a word of its own.
  const words = before.filter((word) => word !== '=');
  const typed = current === '=' ? '' : current;
  const { command, rest } = findCommand(program, words);
  const { open, isDue, arguments: given } = walk(command, rest);
  const joined = /^(--[\w-]+=)(.*)$/s.exec(typed);
  if (joined !== null) return valueAfterEquals(command, joined, zones);
  if (open !== null && (isDue || !typed.startsWith('-'))) {
    const values = valuesOf(open, zones, typed);
    if (isDue || values.kind === 'files' || values.candidates.length > 0) return values;
  }
  if (typed.startsWith('-')) return wordsOf(optionsOf(command), typed);
  if (command.commands.length > 0) return wordsOf(commandsOf(command), typed);
  const argument = command.registeredArguments[given] ?? lastVariadic(command);
  if (argument === undefined) return wordsOf(optionsOf(command), typed);
  return valuesOf(argument, zones, typed);
}

function findCommand(
  program: Command,
  words: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
  const [first, ...rest] = words;
  const command = program.commands.find((known) => known.name() === first);
  return command === undefined ? { command: program, rest: words } : findCommand(command, rest);
}

/** What the words so far leave open: an option that takes more values, and whether it cannot do without one. */
function walk(
  command: Command,
  words: readonly string[],
): { readonly open: Option | null; readonly isDue: boolean; readonly arguments: number } {
  let open: Option | null = null;
  let isDue = false;
  let given = 0;
  for (const word of words) {
    if (isDue) isDue = false;
    else if (word.startsWith('-')) {
      open = command.options.find(({ short, long }) => word === short || word === long) ?? null;
      if (open !== null && !takesValue(open)) open = null;
      isDue = open?.required === true;
      continue;
    } else if (open === null) given += 1;
    if (open !== null && !open.variadic) open = null;
  }
  return { open, isDue, arguments: given };
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function valueAfterEquals(
  command: Command,
  [, flag = '', value = '']: RegExpExecArray,
  zones: readonly string[],
): Completion {
  const option = command.options.find((known) => known.long === flag.slice(0, -1));
  if (option === undefined) return NO_WORDS;
  const values = valuesOf(option, zones, value);
  if (values.kind === 'files') return values;
  return {
    kind: 'words',
    candidates: values.candidates.map(({ word, description }) => ({ word: `${flag}${word}`, description })),
  };
}

function valuesOf(taker: Option | Argument, zones: readonly string[], typed: string): Completion {
  if (taker.argChoices !== undefined) return wordsOf(taker.argChoices.map(plain), typed);
  const placeholder = 'flags' in taker ? PLACEHOLDER.exec(taker.flags)?.[1] : taker.name();
  if (placeholder === 'zone') return wordsOf(zones.map(plain), typed);
  return FILES.has(placeholder ?? '') ? { kind: 'files' } : NO_WORDS;
}

function lastVariadic(command: Command): Argument | undefined {
  const last = command.registeredArguments.at(-1);
  return last?.variadic === true ? last : undefined;
}

function optionsOf(command: Command): readonly Candidate[] {
  const help = command.createHelp();
  return help.visibleOptions(command).flatMap(({ long, description }) => {
    return long === undefined || long === null ? [] : [{ word: long, description }];
  });
}

function commandsOf(command: Command): readonly Candidate[] {
  const help = command.createHelp();
  return help
    .visibleCommands(command)
    .map((known) => ({ word: known.name(), description: known.description() }));
}

function wordsOf(candidates: readonly Candidate[], typed: string): Completion {
  return { kind: 'words', candidates: candidates.filter(({ word }) => word.startsWith(typed)) };
}

function plain(word: string): Candidate {
  return { word, description: '' };
}
