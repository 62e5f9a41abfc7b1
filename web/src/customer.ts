/*
 * A map of web/src. ESLint holds who imports whom (web/scripts/boundaries.js).
 *
 *   customer.ts, staff.ts   the two entry points, a page of HTML each
 *   customer/, staff/       the shells: what frames the pages, their routes and menu; pages that join several features
 *   features/               the screens, under the names of the server's packages; a feature imports only those before it:
 *     event                 what the server tells staff's open pages; announces new orders
 *     account  setting      log in, the session, people and one-time links; the settings form, the terms
 *     client                contact fields
 *     job                   staff's jobs
 *     cart                  upload, parts, their choices, price
 *     billing  card         ways to pay, payments of an order, recording one, unapplied ones; the page Stripe sends people back to
 *     order                 checkout, the counter order, the customer's order, staff's orders
 *     task  ops             background tasks; first set-up, health of the server
 *   ui/                     components without a subject       viewer/   models and their layers in 3D
 *   styles/                 tokens, and the looks that many components share
 *   lib/                    router, formats, words of states   upload/   files on their way
 *   sheet/                  a page of all components, for developers
 *   api/                    the typed client; types.gen.ts and openapi.json are made from the server
 */
import './app.css';

import { mount } from 'svelte';

import App from './customer/App.svelte';
import { theme } from './lib/theme.svelte';

theme.start();
mount(App, { target: document.getElementById('app')! });
