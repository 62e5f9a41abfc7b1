import './app.css';

import { mount } from 'svelte';

import App from './customer/App.svelte';
import { theme } from './lib/theme.svelte';

theme.start();
mount(App, { target: document.getElementById('app')! });
