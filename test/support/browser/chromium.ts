/**
 * A headless Chromium steered by the DevTools protocol over a pipe: messages of JSON with a NUL byte between them, fd 3
 * to the browser, fd 4 from it. Everything the page asks of the network and says on its console is kept.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** A page that is open. */
export interface BrowserPage {
  /** Opens a file and waits until it is loaded. @returns how long that took */
  open(address: string): Promise<number>;
  /** The value of an expression in the page; a promise is waited for. */
  evaluate<T>(expression: string): Promise<T>;
  /** Presses a key, such as `ArrowDown`. */
  press(key: string): Promise<void>;
  setSize(width: number, height: number): Promise<void>;
  setScheme(scheme: 'light' | 'dark'): Promise<void>;
  /** PNG. */
  screenshot(): Promise<Buffer>;
  /** PDF. */
  print(): Promise<Buffer>;
  /** Addresses asked for besides the page itself. */
  readonly requests: readonly string[];
  /** Errors and warnings on the console, and exceptions. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** The browser of this machine; null when there is none. */
export function findBrowser(): string | null {
  return CANDIDATES.find((path) => existsSync(path)) ?? null;
}

/** @param program as findBrowser() gives it @param downloads folder for files that the page saves */
export async function openBrowser(program: string, downloads: string): Promise<BrowserPage> {
  const profile = mkdtempSync(join(tmpdir(), 'dnsacl-browser-'));
  const args = ['--headless', '--remote-debugging-pipe', `--user-data-dir=${profile}`, '--no-first-run'];
  const quiet = [
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--no-sandbox',
  ];
  const child = spawn(program, [...args, ...quiet, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const wire = createWire(child);
  const { targetInfos } = (await wire.send('Target.getTargets')) as {
    targetInfos: { type: string; targetId: string }[];
  };
  const targetId = targetInfos.find(({ type }) => type === 'page')?.targetId;
  const { sessionId } = (await wire.send('Target.attachToTarget', { targetId, flatten: true })) as {
    sessionId: string;
  };
  const send = (method: string, params = {}): Promise<Readonly<Record<string, unknown>>> =>
    wire.send(method, params, sessionId);
  const requests: string[] = [];
  const complaints: string[] = [];
  let loaded = (): void => {};
  wire.listen(({ method, params = {} }) => {
    if (method === 'Page.loadEventFired') loaded();
    if (method === 'Network.requestWillBeSent') requests.push((params.request as { url: string }).url);
    if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded')
      complaints.push(JSON.stringify(params));
    if (method === 'Runtime.consoleAPICalled' && /error|warn|assert/.test(String(params.type)))
      complaints.push(JSON.stringify(params.args));
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  // A page that nobody looks at may not write to the clipboard.
  await send('Emulation.setFocusEmulationEnabled', { enabled: true });
  await wire.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });
  return {
    requests,
    complaints,
    open: async (address) => {
      const start = performance.now();
      const isLoaded = new Promise<void>((resolve) => {
        loaded = resolve;
      });
      await send('Page.navigate', { url: address });
      await isLoaded;
      return performance.now() - start;
    },
    evaluate: async <T>(expression: string) => {
      const answer = await send('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
        userGesture: true,
      });
      if (answer.exceptionDetails !== undefined) throw new Error(JSON.stringify(answer.exceptionDetails));
      return (answer.result as { value: T }).value;
    },
    press: async (key) => {
      const text = key === 'Enter' ? '\r' : key === ' ' ? ' ' : undefined;
      const code = { Enter: 13, ' ': 32, Tab: 9 }[key] ?? 0;
      await send('Input.dispatchKeyEvent', { type: 'keyDown', key, text, windowsVirtualKeyCode: code });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', key, windowsVirtualKeyCode: code });
    },
    setSize: async (width, height) => {
      await send('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: false,
      });
    },
    setScheme: async (scheme) => {
      await send('Emulation.setEmulatedMedia', {
        features: [{ name: 'prefers-color-scheme', value: scheme }],
      });
    },
    screenshot: async () => Buffer.from((await send('Page.captureScreenshot')).data as string, 'base64'),
    print: async () => Buffer.from((await send('Page.printToPDF')).data as string, 'base64'),
    close: async () => {
      const ended = once(child, 'exit');
      await wire.send('Browser.close').catch(() => undefined);
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

interface Wire {
  send(method: string, params?: object, sessionId?: string): Promise<Readonly<Record<string, unknown>>>;
  listen(listener: (message: Message) => void): void;
}

function createWire(child: ChildProcess): Wire {
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, PromiseWithResolvers<Readonly<Record<string, unknown>>>>();
  const listeners: ((message: Message) => void)[] = [];
  let lastId = 0;
  let pending = '';
  const receive = (message: Message): void => {
    if (message.id === undefined) {
      for (const listener of listeners) listener(message);
      return;
    }
    const answer = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) answer?.resolve(message.result ?? {});
    else answer?.reject(new Error(message.error.message));
  };
  output.setEncoding('utf8').on('data', (text: string) => {
    const parts = (pending + text).split('\0');
    pending = parts.pop() ?? '';
    for (const part of parts) receive(JSON.parse(part) as Message);
  });
  input.on('error', () => {});
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('The browser ended'));
  });
  return {
    listen: (listener) => void listeners.push(listener),
    send: (method, params = {}, sessionId) => {
      lastId += 1;
      const answer = Promise.withResolvers<Readonly<Record<string, unknown>>>();
      waiting.set(lastId, answer);
      input.write(`${JSON.stringify({ id: lastId, method, params, sessionId })}\0`);
      return answer.promise;
    },
  };
}
