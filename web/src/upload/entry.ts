import type { FileKind } from './check';

/**
 * reading (its mesh is made here) -> waiting -> sending -> sent, and from sending: paused (the connection is gone; goes on by itself, or
 * when asked) or refused (the server said no; asking again would not help).
 */
export type UploadState = 'reading' | 'waiting' | 'sending' | 'paused' | 'sent' | 'refused';

export interface UploadEntry {
  key: string;
  name: string;
  size: number;
  kind: FileKind;
  state: UploadState;
  /** Bytes the server has. */
  sent: number;
  message: string;
}

const underWay: UploadState[] = ['reading', 'waiting', 'sending'];

/** It goes on by itself. */
export function isMoving(entry: UploadEntry): boolean {
  return underWay.includes(entry.state);
}

/** It may still come into the cart. */
export function unfinished(entry: UploadEntry): boolean {
  return isMoving(entry) || entry.state === 'paused';
}

/** 128 random bits; `crypto.randomUUID` is missing on the shop's plain-http address. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
