// Has Relay's compiler read the server's schema and compile the components in relay/, and asks the server what it made of
// them: node relay.mjs URL TOKEN DIRECTORY.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildClientSchema, getIntrospectionQuery, printSchema } from 'graphql';

const [url, token, dir] = process.argv.slice(2);
const ask = async (body) => {
  const response = await fetch(url, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }, body: JSON.stringify(body),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
};
writeFileSync(join(dir, 'schema.graphql'), printSchema(buildClientSchema(await ask({ query: getIntrospectionQuery() }))));
cpSync(join(import.meta.dirname, 'relay'), join(dir, 'src'), { recursive: true });
mkdirSync(join(dir, 'src', '__generated__'));
writeFileSync(join(dir, 'relay.config.json'), JSON.stringify({ src: './src', schema: './schema.graphql', language: 'javascript', artifactDirectory: './src/__generated__' }));
writeFileSync(join(dir, 'package.json'), '{"name": "app"}');
execFileSync(createRequire(import.meta.url)('relay-compiler'), [], { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] });

const compiled = join(dir, 'src', '__generated__');
const texts = readdirSync(compiled).map((name) => readFileSync(join(compiled, name), 'utf8'));
const operations = texts.flatMap((text) => [...text.matchAll(/"text": ("(?:query|mutation).*")/g)].map((m) => JSON.parse(m[1])));
if (operations.length !== 3) throw new Error(`${operations.length} operations, want the list, its next page and one object anew`);

const operation = (name) => operations.find((text) => text.startsWith(`query ${name}`));
const page = await ask({ query: operation('ListQuery'), variables: {} });
const { edges, pageInfo } = page.contracts;
if (edges.length !== 2 || !pageInfo.hasNextPage) throw new Error(JSON.stringify(page));
const next = await ask({ query: operation('ListPaginationQuery'), variables: { count: 2, cursor: pageInfo.endCursor } });
const ids = [...edges, ...next.contracts.edges].map(({ node }) => node.id);
if (new Set(ids).size !== 4) throw new Error(`the next page has what the first had: ${ids}`);
const again = await ask({ query: operation('RowRefetchQuery'), variables: { id: ids[3] } });
if (again.node.id !== ids[3] || again.node.__typename !== 'Contract') throw new Error(JSON.stringify(again));
console.log(`${operations.length} operations compiled and answered`);
