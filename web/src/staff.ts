/* A map of web/src stands in customer.ts. */
import './app.css';

import { mount } from 'svelte';

import { theme } from './lib/theme.svelte';
import App from './staff/App.svelte';

theme.start();
mount(App, { target: document.getElementById('app')! });
