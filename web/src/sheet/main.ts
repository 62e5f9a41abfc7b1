import './sheet.css';

import { mount } from 'svelte';

import { router } from '../lib/router.svelte';
import { theme } from '../lib/theme.svelte';
import App from './App.svelte';

// The developers' page of components: Vite serves it at /ui, and no build has it.
theme.start();
router.start((path) => path === '/ui' || path.startsWith('/ui/'));
mount(App, { target: document.getElementById('app')! });
