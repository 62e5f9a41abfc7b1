/* A map of web/src stands in customer.ts. */
import './app.css';

import { mount } from 'svelte';

import { speakToStaff } from './api/client';
import { theme } from './lib/theme.svelte';
import App from './staff/App.svelte';

theme.start();
speakToStaff();
mount(App, { target: document.getElementById('app')! });
