// Has GraphQL Code Generator read the schema off the server and make types of it and of operations.graphql, which
// TypeScript then checks: node codegen.mjs URL DIRECTORY.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from '@graphql-codegen/cli';

const [url, dir] = process.argv.slice(2);
const types = join(dir, 'types.ts');
await generate({
  schema: url,
  documents: 'operations.graphql',
  generates: {
    [types]: { plugins: ['typescript', 'typescript-operations'], config: { strictScalars: true, defaultScalarType: 'unknown', scalars: {
      Int64: 'number', Time: 'string', Date: 'string', ClockTime: 'string', Hours: 'string', URL: 'string', JSON: 'unknown', Upload: 'File',
    } } },
  },
  silent: true,
}, true);

const text = readFileSync(types, 'utf8');
for (const want of ['export type Contract = ', 'export type ContractsQuery = ', 'export type LookupQueryVariables = ']) {
  if (!text.includes(want)) throw new Error(`${types} has no ${want}`);
}
writeFileSync(join(dir, 'use.ts'), `import type { ContractsQuery, ContractsQueryVariables } from './types';
const variables: ContractsQueryVariables = { first: 2 };
declare const data: ContractsQuery;
export const code: string | null | undefined = data.contracts.edges[0].node.referenceCode;
export const total: number = data.contracts.totalCount;
export { variables };
`);
const tsc = join(import.meta.dirname, 'node_modules', '.bin', 'tsc');
execFileSync(tsc, ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', '--types', '', join(dir, 'use.ts')], { stdio: 'inherit' });
console.log(`${text.split('\n').length} lines of types`);
