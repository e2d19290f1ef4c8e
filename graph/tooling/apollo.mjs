// Asks the server with Apollo Client, whose cache adds __typename everywhere and keeps objects by their id:
// node apollo.mjs URL TOKEN.
import { readFileSync } from 'node:fs';
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import gql from 'graphql-tag';
import { buildClientSchema, getIntrospectionQuery } from 'graphql';

const [url, token] = process.argv.slice(2);
const schema = buildClientSchema(await (await fetch(url, {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query: getIntrospectionQuery() }),
})).json().then(({ data }) => data));
const possibleTypes = Object.fromEntries(Object.values(schema.getTypeMap())
  .filter((t) => 'resolveType' in t).map((t) => [t.name, schema.getPossibleTypes(t).map((o) => o.name)]));
const client = new ApolloClient({
  link: new HttpLink({ uri: url, headers: { Authorization: `Bearer ${token}` } }), cache: new InMemoryCache({ possibleTypes }),
});
const document = gql(readFileSync('operations.graphql', 'utf8'));
const one = (name) => ({ ...document, definitions: document.definitions.filter((d) => d.kind === 'FragmentDefinition' || d.name.value === name) });

const { data } = await client.query({ query: one('Contracts'), variables: { first: 3 } });
const nodes = data.contracts.edges.map(({ node }) => node);
if (nodes.length !== 3 || nodes.some((node) => node.__typename !== 'Contract')) throw new Error(JSON.stringify(data));
const looked = await client.query({ query: one('Lookup'), variables: { id: nodes[0].id } });
if (looked.data.node.referenceCode !== nodes[0].referenceCode) throw new Error(JSON.stringify(looked.data));
const kept = client.cache.extract()[client.cache.identify(nodes[0])];
if (kept?.referenceCode !== nodes[0].referenceCode) throw new Error('the cache keeps no contract by its id');
console.log(`${nodes.length} contracts, kept by their ids`);
