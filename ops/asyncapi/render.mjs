// Renders chat-contracts' AsyncAPI document to one page that needs nothing beside it: node render.mjs [FILE]
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import parser from '@apidevtools/json-schema-ref-parser';

const here = dirname(fileURLToPath(import.meta.url));
const contracts = resolve(here, '../../chat-contracts');
const target = resolve(process.argv[2] ?? `${contracts}/target/asyncapi.html`);
const component = resolve(here, 'node_modules/@asyncapi/react-component');

// Schemas and examples are files of their own; the page has all of them in it.
const document = await parser.dereference(`${contracts}/src/main/resources/asyncapi/chat-worker.asyncapi.yaml`, {
  dereference: { excludedPathMatcher: (path) => path.startsWith('#/channels') || path.startsWith('#/operations') },
});
const style = await readFile(`${component}/styles/default.min.css`, 'utf8');
const script = await readFile(`${component}/browser/standalone/index.js`, 'utf8');
const inScript = (text) => text.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');

await mkdir(dirname(target), { recursive: true });
await writeFile(target, `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title} ${document.info.version}</title>
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<script>${inScript(script)}</script>
<script>
AsyncApiStandalone.render({ schema: ${inScript(JSON.stringify(document))}, config: { show: { errors: true } } }, document.getElementById('page'));
</script>
</body>
</html>
`);
console.log(target);
