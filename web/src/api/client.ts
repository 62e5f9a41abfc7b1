import createClient from 'openapi-fetch';

import type { paths } from './types.gen';
import type { Price, Problem } from './types';

/** The typed client: `api.GET('/api/shop')`. Screens go through `call`, which turns refusals into errors. */
export const api = createClient<paths>({ credentials: 'same-origin' });

/** A request that the server refused, or that never reached it (status 0). Its message is for people. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly kind: string,
    readonly field: string | undefined,
    readonly price: Price | undefined,
    /** What exactly went wrong, for programs: "changed_meanwhile". */
    readonly code = '',
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** The request may have been lost on the way; sending it again is safe. */
  get offline(): boolean {
    return this.status === 0;
  }
}

const lost = 'The shop could not be reached. Check your connection, then try again.';

/** Waits for a reply and returns its body, or throws an ApiError with a message to show. */
export async function call<Reply>(
  request: Promise<{ data?: Reply; error?: unknown; response: Response }>,
): Promise<Reply> {
  let result;
  try {
    result = await request;
  } catch {
    throw new ApiError(lost, 0, 'offline', undefined, undefined);
  }
  if (result.response.ok) return result.data as Reply;
  throw problemError(result.error, result.response.status);
}

/** Reads a problem document; a proxy's own error page has none, so every part of it may be missing. */
export function problemError(body: unknown, status: number): ApiError {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Partial<Problem>;
  const fallback =
    status === 502 || status === 503 || status === 504
      ? 'The shop does not answer just now. Try again in a minute.'
      : 'Something went wrong on our side. Try again; if it stays, call the shop.';
  return new ApiError(
    problem.detail || fallback,
    status,
    problem.kind ?? '',
    problem.field,
    problem.price,
    problem.code,
  );
}

/** The message to show for anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  console.error(error);
  return 'Something went wrong on this page. Reload it and try again.';
}
