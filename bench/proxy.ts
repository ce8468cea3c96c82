/**
 * A TCP proxy that holds every byte back for a fixed time in each direction, as a distant server would. A process of
 * its own, started by servers.ts:
 *
 *     node bench/proxy.ts TARGET-PORT DELAY-MS
 */

import net from 'node:net';

const [targetPort = '', delay = '1'] = process.argv.slice(2);
const delayMs = Number(delay);

const server = net.createServer((client) => {
  const target = net.connect({ host: '127.0.0.1', port: Number(targetPort) });
  relay(client, target);
  relay(target, client);
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as net.AddressInfo).port }));
// Whoever started it is gone.
process.on('disconnect', () => process.exit());

/** Timers of the same length run in the order in which they were set, so the bytes stay in order. */
function relay(from: net.Socket, to: net.Socket): void {
  from.setNoDelay(true);
  from.on('error', () => to.destroy());
  from.on('data', (chunk) => {
    setTimeout(() => {
      if (to.writable && !to.write(chunk) && !from.isPaused()) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    }, delayMs);
  });
  from.on('end', () => setTimeout(() => to.end(), delayMs));
}
