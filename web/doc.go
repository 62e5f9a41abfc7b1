// Package web holds the pages that customers and staff see, and embeds them into the binary.
//
//	web.go  the files, and whether pages are among them
//	src/       the Svelte source; customer.ts begins with its map
//	  customer/, staff/   the shells: frame, routes, menu
//	  features/           the screens, under the names of the server's packages
//	  ui/, viewer/        components without a subject; models in 3D
//	  lib/, upload/       plain TypeScript; files on their way
//	  step/               meshes of STEP files, made in a worker
//	  api/                the typed client, made from the server's description
//	  sheet/              the page of components, at /ui (ui.html) of the dev server and in no build
//	tests/     the browser's stories, told to the real binary; sheet/ photographs and judges the components alone
//	scripts/   who imports whom, how large the pages may be
//	source/    makes the archive of this source that the binary hands out
//	public/    what is served as it is
//	dist/      what `make` builds from it; never committed, only its placeholder is
//
// The Go build works without Node: Built then reports false, and the server says how to make the pages.
package web
