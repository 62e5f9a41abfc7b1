import { describe, expect, it } from 'vitest';

import { ApiError, call, problemError } from './client';

describe('call', () => {
  it('gives the body of an answer', async () => {
    await expect(call(Promise.resolve({ data: { a: 1 }, response: new Response() }))).resolves.toEqual({ a: 1 });
  });

  it('turns a refusal into its message', async () => {
    const error = { detail: 'This postcode is not one we send to.', kind: 'invalid', field: 'delivery.postcode' };
    const refused = call(Promise.resolve({ error, response: new Response(null, { status: 422 }) }));
    await expect(refused).rejects.toMatchObject({
      message: error.detail,
      status: 422,
      kind: 'invalid',
      field: 'delivery.postcode',
      offline: false,
    });
  });

  it('says that the shop could not be reached', async () => {
    const lost = call(Promise.reject(new TypeError('Failed to fetch')));
    await expect(lost).rejects.toBeInstanceOf(ApiError);
    await expect(call(Promise.reject(new TypeError('x')))).rejects.toMatchObject({ offline: true });
  });
});

it('has a message for a proxy’s own error page', () => {
  expect(problemError('<html>502 Bad gateway</html>', 502).message).toMatch(/Try again in a minute/);
  expect(problemError(undefined, 500).message).toMatch(/on our side/);
});

it('reads what exactly went wrong, for programs', () => {
  const problem = { detail: 'Ada changed this.', kind: 'conflict', code: 'changed_meanwhile' };
  expect(problemError(problem, 409)).toMatchObject({ status: 409, kind: 'conflict', code: 'changed_meanwhile' });
  expect(problemError(undefined, 500).code).toBe('');
});
