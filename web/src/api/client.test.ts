import { describe, expect, it } from 'vitest';

import { ApiError, call, hasCode, problemError, speakToStaff } from './client';

describe('call', () => {
  it('gives the body of an answer', async () => {
    await expect(call(Promise.resolve({ data: { a: 1 }, response: new Response() }))).resolves.toEqual({ a: 1 });
  });

  it('turns a refusal into its message', async () => {
    const error = {
      detail: 'This postcode is not one we send to.',
      kind: 'invalid',
      code: 'postcode_unknown',
      field: 'delivery.postcode',
    };
    const refused = call(Promise.resolve({ error, response: new Response(null, { status: 422 }) }));
    await expect(refused).rejects.toMatchObject({
      message: error.detail,
      status: 422,
      code: 'postcode_unknown',
      field: 'delivery.postcode',
    });
  });

  it('says that the shop could not be reached', async () => {
    const lost = call(Promise.reject(new TypeError('Failed to fetch')));
    await expect(lost).rejects.toBeInstanceOf(ApiError);
    await expect(call(Promise.reject(new TypeError('x')))).rejects.toMatchObject({ code: 'offline' });
  });
});

it('has a message for a proxy’s own error page', () => {
  expect(problemError('<html>502 Bad gateway</html>', 502).message).toMatch(/Try again in a minute/);
  expect(problemError(undefined, 500).message).toMatch(/on our side/);
});

it('is known by its code, whatever its status', () => {
  const gone = problemError({ detail: 'There is no such order.', code: 'order_not_found' }, 404);
  expect(hasCode(gone, 'order_link_unknown', 'order_not_found')).toBe(true);
  expect(hasCode(problemError('<html>404</html>', 404), 'order_not_found')).toBe(false);
  expect(hasCode(new Error('order_not_found'), 'order_not_found')).toBe(false);
});

it('does not tell those who run the shop to call it', () => {
  speakToStaff();
  const detail = 'Something went wrong on our side. Try again, and tell us if it happens twice.';
  for (const body of [undefined, { detail, code: 'internal' }]) {
    expect(problemError(body, 500).message).toMatch(/its log says why/);
  }
  expect(problemError({ detail: 'Too late.', code: 'conflict' }, 409).message).toBe('Too late.');
});
