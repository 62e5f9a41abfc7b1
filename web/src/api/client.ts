import createClient from 'openapi-fetch';

import type { paths } from './types.gen';
import type { Edit, Price, Problem } from './types';

/** The typed client: `api.GET('/api/shop')`. Screens go through `call`, which turns refusals into errors. */
export const api = createClient<paths>({ credentials: 'same-origin' });

/**
 * A request that the server refused, or that never reached it (status 0, code `offline`; sending it again is safe).
 * The message is for people and may be reworded; pages decide by the code, which keeps its meaning.
 */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** What exactly went wrong: `order_not_found`. Empty where a proxy answered in the server's place. */
    readonly code: string,
    /** The field of the request that is at fault: `delivery.postcode`. */
    readonly field?: string,
    /** With code `total_moved`: the price that holds now. */
    readonly price?: Price,
    /** With code `changed_meanwhile`: the change that came first. */
    readonly edit?: Edit,
    /** Where more than one field is at fault: each of them, with its message. */
    readonly fields: readonly { field: string; detail: string }[] = [],
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** Whether an error is the server's, with one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): error is ApiError {
  return error instanceof ApiError && codes.includes(error.code);
}

/** The message of an error with code `offline`. */
export const lost = 'The shop could not be reached. Check your connection, then try again.';

/** Whether those who run the shop read the messages: nobody tells them to call it. */
let staff = false;

/** Has the messages speak to those who run the shop; for the start of their pages. */
export function speakToStaff(): void {
  staff = true;
}

/** Waits for a reply and returns its body, or throws an ApiError with a message to show. */
export async function call<Reply>(
  request: Promise<{ data?: Reply; error?: unknown; response: Response }>,
): Promise<Reply> {
  let result;
  try {
    result = await request;
  } catch {
    throw new ApiError(lost, 0, 'offline');
  }
  if (result.response.ok) return result.data as Reply;
  throw problemError(result.error, result.response.status);
}

const forStaff = 'The program could not do this. Try again; if it keeps happening, its log says why.';

/** Reads a problem document; a proxy's own error page has none, so every part of it may be missing. */
export function problemError(body: unknown, status: number): ApiError {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Partial<Problem>;
  const fallback =
    status === 502 || status === 503 || status === 504
      ? 'The shop is not answering just now. Try again in a minute.'
      : 'Something went wrong on our side. Try again; if it keeps happening, call the shop.';
  const message = staff && status === 500 ? forStaff : problem.detail || fallback;
  return new ApiError(message, status, problem.code ?? '', problem.field, problem.price, problem.edit, problem.errors);
}

/** The message to show for anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  console.error(error);
  return 'Something went wrong on this page. Reload it and try again.';
}
