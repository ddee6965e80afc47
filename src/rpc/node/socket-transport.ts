/**
 * A pipe over a stream socket (Unix socket, Windows named pipe) between different programs: the frames of frame.ts.
 * A malformed or oversized frame ends the connection with the reason. A peer that does not read what it asked for is first
 * no longer listened to, then cut off: its answers must not fill the engine's memory.
 */

import type { Socket } from 'node:net';
import { toWireError } from '../../contract/errors.ts';
import type { WireMessage } from '../message.ts';
import type { Transport } from '../transport.ts';
import { encodeFrame, FrameReader, MAX_FRAME_BYTES } from './frame.ts';

/** With this much unsent, no more requests are read from the peer until it has caught up. */
const PAUSE_READING_BYTES = 1024 * 1024;
/** With this much unsent, the peer is taken for dead. */
const MAX_UNSENT_BYTES = 64 * 1024 * 1024;

export interface SocketTransportOptions {
  readonly maxFrameBytes?: number;
  /** Set at the serving end only: two ends that both stop reading would wait for each other for ever. */
  readonly pauseWhenUnsent?: boolean;
  readonly maxUnsentBytes?: number;
}

export function socketTransport(socket: Socket, options: SocketTransportOptions = {}): Transport {
  const maxFrameBytes = options.maxFrameBytes ?? MAX_FRAME_BYTES;
  const maxUnsentBytes = options.maxUnsentBytes ?? MAX_UNSENT_BYTES;
  const reader = new FrameReader(maxFrameBytes);
  const early: unknown[] = [];
  let messageListener: ((message: unknown) => void) | undefined;
  let closeListener: ((reason: string) => void) | undefined;
  let ended: string | undefined;

  const end = (reason: string): void => {
    if (ended !== undefined) return;
    ended = reason;
    socket.destroy();
    closeListener?.(reason);
  };
  const deliver = (message: unknown): void => {
    if (messageListener === undefined) early.push(message);
    else messageListener(message);
  };

  socket.on('data', (chunk: Buffer) => {
    if (ended !== undefined) return;
    try {
      for (const message of reader.push(chunk)) {
        deliver(message);
        if (ended !== undefined) return;
      }
    } catch (error) {
      end(error instanceof Error ? error.message : String(error));
    }
  });
  socket.on('drain', () => { if (socket.isPaused()) socket.resume(); });
  socket.on('error', (error) => end(error.message));
  socket.on('end', () => end('closed by the other end'));
  socket.on('close', () => end('closed by the other end'));

  return {
    send(message: WireMessage) {
      if (ended !== undefined) return;
      const frame = frameOf(message, maxFrameBytes);
      if ('refused' in frame) {
        // Later, as every answer comes later.
        queueMicrotask(() => deliver(frame.refused));
        return;
      }
      const flowing = socket.write(frame.bytes);
      if (flowing) return;
      if (socket.writableLength > maxUnsentBytes) end('The other end does not read its answers.');
      else if (options.pauseWhenUnsent === true && socket.writableLength > PAUSE_READING_BYTES) socket.pause();
    },
    onMessage(listener) {
      messageListener = listener;
      for (const message of early.splice(0)) listener(message);
    },
    onClose(listener) {
      closeListener = listener;
      if (ended !== undefined) listener(ended);
    },
    close() {
      if (ended !== undefined) return;
      ended = 'closed here';
      // What was sent before is still written: an engine's last answer must arrive.
      socket.end(() => socket.destroy());
      closeListener?.(ended);
    },
  };
}

/** A message that cannot cross: an answer becomes an error for the peer, a request is refused here. Nobody is left waiting. */
function frameOf(message: WireMessage, maxFrameBytes: number): { readonly bytes: Buffer } | { readonly refused: WireMessage } {
  try {
    return { bytes: encodeFrame(message, maxFrameBytes) };
  } catch (error) {
    const wire = toWireError(error);
    if (message.kind === 'call' || message.kind === 'subscribe') return { refused: { kind: 'error', id: message.id, error: wire } };
    const id = message.kind === 'hello' ? 0 : message.id;
    return { bytes: encodeFrame({ kind: 'error', id, error: { code: 'internal', message: `The answer cannot be sent. ${wire.message}` } }) };
  }
}
