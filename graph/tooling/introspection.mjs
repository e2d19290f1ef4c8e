// Asks the server for its schema in every way that tools do, makes the schema anew of each answer, and compares it with
// the schema as it is written: node introspection.mjs URL SCHEMA_FILE [DIRECTIVE…], the directives being those that are
// not shown.
import { readFileSync } from 'node:fs';
import {
  GraphQLSchema, buildClientSchema, buildSchema, getIntrospectionQuery, introspectionFromSchema, lexicographicSortSchema,
  printSchema, validateSchema,
} from 'graphql';

const [url, file, ...hidden] = process.argv.slice(2);
const config = buildSchema(readFileSync(file, 'utf8')).toConfig();
const written = new GraphQLSchema({ ...config, directives: config.directives.filter((d) => !hidden.includes(d.name)) });

const switches = [
  'descriptions', 'specifiedByUrl', 'directiveIsRepeatable', 'schemaDescription', 'inputValueDeprecation', 'oneOf',
];
const print = (introspection) => printSchema(lexicographicSortSchema(buildClientSchema(introspection)));

let asked = 0;
for (let bits = 0; bits < 2 ** switches.length; bits++) {
  const options = Object.fromEntries(switches.map((name, i) => [name, (bits & (2 ** i)) !== 0]));
  const query = getIntrospectionQuery(options);
  const response = await fetch(url, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query, operationName: 'IntrospectionQuery' }),
  });
  const { data, errors } = await response.json();
  if (errors || !data) throw new Error(`${JSON.stringify(options)}: ${JSON.stringify(errors)}`);
  const schema = buildClientSchema(data);
  const wrong = validateSchema(schema);
  if (wrong.length > 0) throw new Error(`${JSON.stringify(options)}: ${wrong.join('\n')}`);
  same(print(data), print(introspectionFromSchema(written, options)), JSON.stringify(options));
  asked++;
}
// With every option the answer says all that is written.
same(printSchema(lexicographicSortSchema(written)).length > 1000, true, 'the schema');
console.log(`the schema of ${asked} introspection queries is the one that is written`);

function same(ours, theirs, what) {
  if (ours === theirs) return;
  const a = String(ours).split('\n');
  const b = String(theirs).split('\n');
  const at = a.findIndex((line, i) => line !== b[i]);
  throw new Error(`${what}, line ${at + 1}:\nthe server: ${a.slice(at, at + 3).join('\n')}\nwritten:    ${b.slice(at, at + 3).join('\n')}`);
}
