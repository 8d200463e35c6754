const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that may stand in a page or between quotes in a tag. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (it) => entities[it] ?? it);

/** A plain page: readable without a style sheet of anybody else, without script unless `scriptHash` allows one. */
export const page = (options: { readonly title: string; readonly body: string }): string => `<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(options.title)}</title>
<style>
body { font: 1.125rem/1.6 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff; }
h1 { line-height: 1.2; } [lang=en] { color: #555; } a { color: #0b5394; }
button { font: inherit; text-align: left; width: 100%; padding: .75rem 1rem; margin: .25rem 0; border: 2px solid #0b5394; border-radius: .5rem; background: #fff; color: inherit; cursor: pointer; }
button:hover { background: #eef4fb; } :focus-visible { outline: 3px solid #b45309; outline-offset: 2px; }
code { background: #f2f2f2; padding: .1em .3em; } small { display: block; color: #444; } textarea { width: 100%; font-family: monospace; }
</style>
</head>
<body>
<main>
${options.body}
</main>
</body>
</html>
`;

/** What goes with every page of ours: nothing from elsewhere, in nobody's frame. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};
