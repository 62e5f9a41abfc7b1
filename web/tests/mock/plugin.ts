import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Plugin } from 'vite';

import type { Choices, CustomerOrder } from '../../src/api/types';
import { MockCart, ready } from './cart';
import { settings, shop } from './facts';
import { bracket, place } from './models';
import { jobs, orderOf, orders, row, staffOrder } from './orders';

/**
 * A shop in memory for working on the pages without the Go server (`MOCK=1 npm run dev`). It answers with
 * plausible facts and knows no rules; nothing of it reaches the built pages, and no test relies on it.
 */
export function mockShop(): Plugin {
  const cart = new MockCart();
  const uploads = new Map<string, { name: string; length: number; data: Buffer[]; size: number }>();
  let loggedIn = false;

  return {
    name: 'mock-shop',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const url = new URL(request.url ?? '/', 'http://mock');
        if (!url.pathname.startsWith('/api/')) return next();
        answer(request, response, url).catch((error: unknown) => problem(response, 500, String(error)));
      });
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const path = url.pathname;
    const method = request.method ?? 'GET';
    const at = (pattern: RegExp): string[] | undefined => pattern.exec(path)?.slice(1);
    let found: string[] | undefined;

    if (path.startsWith('/api/quick-order/upload')) return upload(request, response, path);
    if (path === '/api/quick-order/events')
      return stream(response, (send) => cart.listen(() => send('cart', cart.cart())));
    if (path === '/api/events') return stream(response, () => () => undefined);

    const body = (await json(request)) as {
      choices?: Partial<Choices>;
      ids?: string[];
      delivery?: { method?: string };
      payment?: CustomerOrder['payment'];
    };
    if (path === '/api/shop') return reply(response, shop);
    if (path === '/api/quick-order/cart') return reply(response, cart.cart());
    if ((found = at(/^\/api\/quick-order\/parts\/([^/]+)\/mesh$/))) return mesh(response, cart.meshes.get(found[0]!));
    if (path === '/api/mock/bracket') return mesh(response, place(bracket())?.stl);
    if ((found = at(/^\/api\/quick-order\/parts\/([^/]+)$/))) {
      if (method === 'DELETE') cart.remove(found[0]!);
      else cart.choose([found[0]!], body as Partial<Choices>);
      return reply(response, cart.cart());
    }
    if (path === '/api/quick-order/parts') {
      cart.choose(body.ids ?? cart.parts.map((part) => part.id), body.choices ?? {});
      return reply(response, cart.cart());
    }
    if (path === '/api/quick-order/price') {
      const ship = body.delivery?.method === 'ship';
      const { can_pay, review_reasons } = cart.cart();
      return reply(response, {
        price: cart.total(ship ? 1250 : 0),
        ready,
        can_pay,
        review_reasons,
        payment_methods: ['card', 'transfer', 'pickup'],
      });
    }
    if (path === '/api/quick-order/checkout' || path === '/api/quick-order/counter') {
      const order = orderOf(cart, body.payment ?? 'card');
      return reply(response, { order_id: row(order).id, order_number: order.number, order_url: cart.order?.url });
    }
    if ((found = at(/^\/api\/orders\/token-(ORD-\d+)$/))) {
      const order = orders.find((o) => o.number === found![0]);
      return order ? reply(response, order) : problem(response, 404, 'There is no such order.');
    }
    if (path.startsWith('/api/checkout/')) {
      return reply(response, { state: 'paid', order_number: 'ORD-1003', order_url: '/order/token-ORD-1003' });
    }

    if (path === '/api/setup')
      return method === 'GET' ? reply(response, { needed: true, demo: false, defaults: settings }) : enter(response);
    if (path === '/api/auth/login') return enter(response);
    if (path === '/api/auth/logout') {
      loggedIn = false;
      return reply(response, {});
    }
    if (path === '/api/auth/me') return loggedIn ? enter(response) : problem(response, 401, 'Log in first.');
    if (path === '/api/invoices') {
      const tab = url.searchParams.get('tab') ?? 'open';
      const wanted = orders.filter(
        (o) =>
          tab === 'all' ||
          (tab === 'review'
            ? o.status === 'in_review'
            : tab === 'done'
              ? o.status === 'completed'
              : o.status !== 'completed'),
      );
      return reply(response, {
        orders: wanted.map(row),
        total: wanted.length,
        page: 1,
        pages: 1,
        counts: { open: 4, review: 1, unpaid: 2, paid: 2, done: 1, all: orders.length },
      });
    }
    if ((found = at(/^\/api\/invoices\/([^/]+)\/link$/)))
      return reply(response, { url: `https://print.example.com/order/${found[0]}` });
    if ((found = at(/^\/api\/invoices\/([^/]+)/))) {
      const order = orders.find((o) => row(o).id === found![0]);
      return order ? reply(response, staffOrder(order)) : problem(response, 404, 'There is no such order.');
    }
    if (path === '/api/jobs')
      return reply(response, { jobs, printers: [{ id: 'p1', name: 'Ender-3 left', status: 'idle' }] });
    if (path === '/api/settings') return reply(response, settings);
    if (path === '/api/tasks') {
      return reply(response, {
        tasks: [
          {
            id: 't1',
            kind: 'mail',
            state: 'dead',
            attempts: 8,
            error: 'dial tcp: connection refused',
            run_at: Date.now(),
          },
        ],
      });
    }
    if (path === '/api/status') {
      return reply(response, {
        version: shop.version,
        engine: 'embedded',
        engine_version: '4.12',
        queue: 2,
        disk_free: 61e9,
        warnings: ['Card payments are off: no Stripe key is set.'],
      });
    }
    return problem(response, 404, 'The stand-in does not know this address.');
  }

  function enter(response: ServerResponse): void {
    loggedIn = true;
    reply(response, { id: 'u1', name: 'Sam', email: 'sam@example.com', role: 'ADMIN' });
  }

  async function upload(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const id = path.split('/')[4];
    response.setHeader('Tus-Resumable', '1.0.0');
    if (request.method === 'POST') {
      const metadata = String(request.headers['upload-metadata'] ?? '');
      const name = Buffer.from(/filename ([^,]+)/.exec(metadata)?.[1] ?? '', 'base64').toString();
      const key = `u${uploads.size + 1}`;
      uploads.set(key, { name, length: Number(request.headers['upload-length']), data: [], size: 0 });
      response.writeHead(201, { Location: `/api/quick-order/upload/${key}` }).end();
      return;
    }
    const entry = uploads.get(id ?? '');
    if (!entry) return problem(response, 404, 'This upload is gone.');
    if (request.method === 'PATCH') {
      const chunk = await buffer(request);
      entry.data.push(chunk);
      entry.size += chunk.length;
      if (entry.size === entry.length) cart.add(entry.name, Buffer.concat(entry.data));
    }
    response.writeHead(request.method === 'HEAD' ? 200 : 204, {
      'Upload-Offset': entry.size,
      'Upload-Length': entry.length,
    });
    response.end();
  }
}

function stream(response: ServerResponse, start: (send: (event: string, data: unknown) => void) => () => void): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write(': hello\n\n');
  const stop = start((event, data) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
  response.on('close', stop);
}

function reply(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, detail: string): void {
  response.writeHead(status, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify({ status, detail }));
}

function mesh(response: ServerResponse, stl: Buffer | undefined): void {
  if (!stl) return problem(response, 404, 'There is no mesh.');
  response.writeHead(200, { 'Content-Type': 'model/stl' }).end(stl);
}

async function buffer(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function json(request: IncomingMessage): Promise<unknown> {
  const text = (await buffer(request)).toString();
  return text ? JSON.parse(text) : {};
}
