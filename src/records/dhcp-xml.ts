/**
 * The XML of `Export-DhcpServer`, as a stream of elements.
 *
 * Names are compared without prefix and case. The document is read in linear time: a document type is skipped, no
 * entity but those of XML is known, and nothing is ever fetched. What is not well-formed ends the reading there.
 */

import sax, { type SAXParser } from 'sax';
import { type InputFile, unusableFile } from '../formats/text-file.ts';

/** What is told of the document, in its order; names are local and in lower case. */
export interface DhcpXmlHandler {
  /** @param line the one its start tag ends on, from 1 */
  open(name: string, line: number): void;
  /** @param text what stood since the last start tag: the content of an element without children */
  close(name: string, text: string): void;
}

/** What the document was to be read as, and what is needed, for error messages. */
export interface DhcpXmlUse {
  readonly format: string;
  readonly expected: string;
}

/** Where a document stops being well-formed, line from 1. */
export interface DhcpXmlBreak {
  readonly line: number;
  readonly reason: string;
}

const ROOT = 'dhcpserver';

/** Thrown out of the parser, which would otherwise go on after an error. */
class NotWellFormed extends Error {}

/**
 * Hands every element on.
 *
 * @returns where the document breaks off; null when it is whole
 * @throws UsageError when its root is another one or there is none
 */
export function readDhcpXml(
  text: string,
  file: InputFile,
  use: DhcpXmlUse,
  handler: DhcpXmlHandler,
): DhcpXmlBreak | null {
  const parser = sax.parser(true);
  const seen = { root: false };
  followElements(parser, handler);
  refuseOthers(parser, seen, file, use);
  try {
    parser.write(text).close();
  } catch (error) {
    if (!(error instanceof NotWellFormed)) throw error;
    if (!seen.root) {
      throw unusableFile(file, use.format, `it is not well-formed XML, ${use.expected}`, error);
    }
    return { line: parser.line + 1, reason: error.message };
  }
  if (!seen.root) throw unusableFile(file, use.format, `its root element is missing, ${use.expected}`);
  return null;
}

function followElements(parser: SAXParser, handler: DhcpXmlHandler): void {
  let text = '';
  parser.onopentag = ({ name }) => {
    text = '';
    handler.open(localName(name), parser.line + 1);
  };
  parser.onclosetag = (name) => handler.close(localName(name), text);
  parser.ontext = (more) => {
    text += more;
  };
  parser.oncdata = parser.ontext;
}

/** Stops at a root element that is not the expected one, and at the first error. */
function refuseOthers(
  parser: SAXParser,
  seen: { root: boolean },
  file: InputFile,
  { format, expected }: DhcpXmlUse,
): void {
  parser.onopentagstart = ({ name }) => {
    if (!seen.root && localName(name) !== ROOT) {
      throw unusableFile(file, format, `its root element is ${name}, ${expected}`);
    }
    seen.root = true;
  };
  parser.onerror = (error) => {
    throw new NotWellFormed(error.message.split('\n', 1)[0]);
  };
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1).toLowerCase();
}
