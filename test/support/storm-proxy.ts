/**
 * A TCP proxy that is a bad network: it splits and merges segments, delays them, loses the end of a connection and
 * falls silent, resets, or closes one direction only. It never changes a byte. All of that is drawn from a seed, so
 * that a session can be had again; only what the clock decides, which bytes meet in one read for one, differs then.
 */

import { once } from 'node:events';
import net from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../formats/codec-vectors.ts';

/** What the proxy did to all its connections. */
export interface StormDeeds {
  connections: number;
  /** Segments that were sent on in pieces, and reads that were held back until more had come. */
  splits: number;
  merges: number;
  delays: number;
  resets: number;
  halfCloses: number;
  silences: number;
}

export interface StormProxy {
  /** On 127.0.0.1. */
  readonly port: number;
  readonly deeds: StormDeeds;
  /** Whether the client closes all its connections within so many milliseconds. */
  isLeft(withinMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/** How a direction of a connection ends when so many bytes have passed. */
type Fate = 'resets' | 'halfCloses' | 'silences';

/** What one direction of a connection is like. */
interface Weather {
  readonly random: (limit: number) => number;
  readonly deeds: StormDeeds;
  /** The longest piece of a split segment; 0 leaves segments whole. */
  readonly longestPiece: number;
  /** One read in so many is held back; 0 for none. */
  readonly holdsOneIn: number;
  readonly fate: Fate;
  readonly endsAfter: number;
}

const PIECE_BYTES: readonly number[] = [0, 1, 6, 60, 1500];
const HOLDS: readonly number[] = [0, 0, 2, 5];
const FATES: readonly Fate[] = ['resets', 'resets', 'halfCloses', 'silences'];
/** Out of a hundred connections so many do not last. */
const DOOMED_PERCENT = 45;
/** One in so many of these is lost this early: while TLS is agreed on, or during the sign-in. */
const EARLY_ONE_IN = 4;
const EARLY_BYTES = 3000;
/** A segment is not cut more often, or a large answer would take for ever. */
const MOST_PIECES = 30;
/** Requests are about so much shorter than answers. */
const ANSWER_TO_REQUEST = 20;

/** @param bytes about how much one connection brings when nothing happens to it */
export async function startStormProxy(
  server: { readonly host: string; readonly port: number },
  seed: number,
  bytes: number,
): Promise<StormProxy> {
  const deeds: StormDeeds = {
    ...{ connections: 0, splits: 0, merges: 0, delays: 0 },
    ...{ resets: 0, halfCloses: 0, silences: 0 },
  };
  const open = new Set<net.Socket>();
  const listener = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const number = deeds.connections;
    deeds.connections += 1;
    const upstream = net.connect({ ...server, allowHalfOpen: true, noDelay: true });
    for (const socket of [client, upstream]) socket.on('error', () => {});
    open.add(client);
    client.once('close', () => open.delete(client));
    void join(client, upstream, weatherOf(seed, number, bytes, deeds));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as net.AddressInfo).port,
    deeds,
    isLeft: async (withinMs) => {
      const deadline = performance.now() + withinMs;
      while (open.size > 0 && performance.now() < deadline) await pause(5);
      return open.size === 0;
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** The weather towards the server and towards the client; at most one of them ends the connection. */
function weatherOf(
  seed: number,
  connection: number,
  bytes: number,
  deeds: StormDeeds,
): { readonly requests: Weather; readonly answers: Weather } {
  // Neighbouring seeds would begin alike.
  const random = seededRandom(Math.imul(seed * 1024 + connection + 1, 0x9e3779b1) | 1);
  for (let skipped = 0; skipped < 4; skipped += 1) random(1);
  const draw = (endsAfter: number): Weather => ({
    random,
    deeds,
    longestPiece: PIECE_BYTES[random(PIECE_BYTES.length)] ?? 0,
    holdsOneIn: HOLDS[random(HOLDS.length)] ?? 0,
    fate: FATES[random(FATES.length)] ?? 'resets',
    endsAfter,
  });
  const never = Number.POSITIVE_INFINITY;
  const isDoomed = random(100) < DOOMED_PERCENT;
  const byRequest = random(4) === 0;
  const within = random(EARLY_ONE_IN) === 0 ? Math.min(EARLY_BYTES, bytes) : bytes;
  return {
    requests: draw(isDoomed && byRequest ? 1 + random(Math.ceil(within / ANSWER_TO_REQUEST)) : never),
    answers: draw(isDoomed && !byRequest ? 1 + random(within) : never),
  };
}

async function join(
  client: net.Socket,
  upstream: net.Socket,
  weather: { readonly requests: Weather; readonly answers: Weather },
): Promise<void> {
  try {
    await Promise.all([carry(client, upstream, weather.requests), carry(upstream, client, weather.answers)]);
  } catch {
    // One side was reset, by us or by its owner; so is the other.
    client.resetAndDestroy();
    upstream.resetAndDestroy();
  }
  client.destroy();
  upstream.destroy();
}

/** Carries one direction to its end. @throws when the connection is reset */
async function carry(from: net.Socket, to: net.Socket, weather: Weather): Promise<void> {
  const { random, deeds, holdsOneIn } = weather;
  let left = weather.endsAfter;
  for await (const chunk of from as AsyncIterable<Buffer>) {
    if (left === 0) continue;
    for (const piece of piecesOf(chunk, weather)) {
      const passing = piece.subarray(0, Math.min(piece.length, left));
      to.write(passing);
      left -= passing.length;
      if (left === 0) {
        await end(to, weather);
        break;
      }
      await delay(weather);
    }
    if (holdsOneIn > 0 && random(holdsOneIn) === 0) {
      deeds.merges += 1;
      await pause(1 + random(6));
    }
  }
  to.end();
}

/** The segment in pieces, the last of them all that is left. */
function* piecesOf(chunk: Buffer, { random, deeds, longestPiece }: Weather): Generator<Buffer> {
  let at = 0;
  if (longestPiece > 0) {
    deeds.splits += 1;
    for (let pieces = 1; pieces < MOST_PIECES && at < chunk.length; pieces += 1) {
      const end = at + 1 + random(longestPiece);
      yield chunk.subarray(at, end);
      at = end;
    }
  }
  if (at < chunk.length) yield chunk.subarray(at);
}

/** Lets the other side read what it has before more comes. */
async function delay({ random, deeds }: Weather): Promise<void> {
  if (random(40) > 0) return nextTurn();
  deeds.delays += 1;
  return pause(1 + random(4));
}

async function end(to: net.Socket, { random, deeds, fate }: Weather): Promise<void> {
  deeds[fate] += 1;
  // Sometimes what came before the end is read first, sometimes both are there at once.
  if (random(2) === 0) await pause(random(4));
  if (fate === 'resets') {
    to.resetAndDestroy();
    throw new Error('reset');
  }
  if (fate === 'halfCloses') to.end();
}
