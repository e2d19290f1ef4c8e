// Answers GraphQL requests with graphql-js: one request a line as JSON, one answer a line in the same order. A line with
// "sdl" adds a schema by its name.
import { createInterface } from 'node:readline';
import { execute, getOperationAST, getVariableValues, parse, validate } from 'graphql';
import { makeSchema } from './schema.mjs';

const schemas = new Map();

// check validates. One rule throws where a condition on a subscription's root field depends on a variable or is wrong.
function check(schema, document) {
  try {
    return validate(schema, document);
  } catch (error) {
    if (!error.message.startsWith('Argument "if" ')) throw error;
    return [error];
  }
}

function answer(request) {
  if (request.sdl !== undefined) {
    schemas.set(request.schema, makeSchema(request));
    return { verdict: 'ready' };
  }
  const schema = schemas.get(request.schema);
  let document;
  try {
    document = parse(request.query);
  } catch (error) {
    return { verdict: 'syntax', messages: [error.message] };
  }
  const wrong = check(schema, document);
  if (wrong.length > 0) return { verdict: 'invalid', messages: wrong.map((error) => error.message) };
  const operation = getOperationAST(document, request.operationName || undefined);
  if (operation?.operation === 'subscription') {
    if (!schema.getSubscriptionType()) return { verdict: 'refused', messages: ['no subscriptions'] };
    const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables ?? {});
    return errors ? { verdict: 'refused', messages: errors.map((error) => error.message) } : { verdict: 'subscription' };
  }
  const result = execute({
    schema, document, contextValue: { seed: request.seed }, variableValues: request.variables,
    operationName: request.operationName || undefined,
  });
  const errors = result.errors ?? [];
  if (result.data === undefined) return { verdict: 'refused', messages: errors.map((error) => error.message) };
  return {
    verdict: 'ran', data: result.data, messages: errors.map((error) => error.message),
    errors: errors.map(({ path, locations }) => ({ path, locations })),
  };
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  let out;
  try {
    out = answer(JSON.parse(line));
  } catch (error) {
    out = { verdict: 'broken', messages: [String(error?.stack ?? error)] };
  }
  process.stdout.write(`${JSON.stringify(out)}\n`);
}
