import type { HttpResponse } from 'tus-js-client';

import { problemError } from '../api/client';

/** Answers by which nothing changes until somebody removes something, or for long. */
const lasting = [
  'cart_files_full',
  'cart_bytes_full',
  'visitor_files_full',
  'visitor_bytes_full',
  'cart_ordered',
  'mesh_not_wanted',
];

/** No answer, a busy server, or an offset that another try will correct; any other 4xx is an answer. */
export function worthRetrying(status: number | undefined, code = ''): boolean {
  if (status === undefined || status === 0) return true;
  if (lasting.includes(code)) return false;
  return status >= 500 || status === 408 || status === 409 || status === 423 || status === 429;
}

/** How long (ms) a server that has no room just now asks to wait; undefined for any other answer. */
export function turnIn(response: Answer | null | undefined, code = ''): number | undefined {
  const status = response?.getStatus();
  if ((status !== 429 && status !== 503) || lasting.includes(code)) return undefined;
  const seconds = Number(response?.getHeader('Retry-After'));
  if (!(seconds > 0)) return undefined;
  return (Math.min(seconds, 60) + Math.random()) * 1000; // not all of them at the same moment
}

type Answer = Pick<HttpResponse, 'getStatus' | 'getHeader'>;

export function codeOf(response: HttpResponse | null | undefined): string {
  return problemError(parse(response?.getBody()), response?.getStatus() ?? 0).code;
}

export function parse(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
}
