// Makes graphql-js answer a schema from the world.
import {
  GraphQLSchema, SchemaMetaFieldDef, TypeMetaFieldDef, buildASTSchema, introspectionTypes, parse, print,
  isEnumType, isInputObjectType, isAbstractType, isListType, isNonNullType, isObjectType, isScalarType, isSpecifiedScalarType,
  valueFromASTUntyped,
} from 'graphql';
import { kindOf, resolve, unwritable } from './world.mjs';

export function makeSchema({ sdl, typed, hidden, descriptions }) {
  const config = buildASTSchema(parse(sdl)).toConfig();
  config.directives = config.directives.filter((d) => !hidden.includes(d.name));
  const schema = new GraphQLSchema(config);
  inOrder(schema);
  describe(schema, descriptions);
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const world = {
    typed, roots: new Set(roots.filter(Boolean).map((t) => t.name)),
    possible: (type) => schema.getPossibleTypes(type).map((t) => t.name),
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isScalarType(type) && !isSpecifiedScalarType(type)) bindScalar(type);
    if (isAbstractType(type)) type.resolveType = (v) => v.type;
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (type.name.startsWith('__')) guard(field);
      else field.resolve = resolver(world, type, field);
    }
  }
  return schema;
}

// inOrder gives the lists that the specification leaves unordered the order that the engine has.
function inOrder(schema) {
  const byName = (list) => [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
  const types = Object.fromEntries(Object.entries(schema.getTypeMap()).sort(([a], [b]) => (a < b ? -1 : 1)));
  schema.getTypeMap = () => types;
  const directives = byName(schema.getDirectives());
  schema.getDirectives = () => directives;
  const possible = schema.getPossibleTypes.bind(schema);
  schema.getPossibleTypes = (type) => byName(possible(type));
}

// describe gives the built-in types and directives the engine's words, which are its parser's.
function describe(schema, texts) {
  const say = (thing, at) => {
    if (at in texts) thing.description = texts[at] || undefined;
  };
  for (const [name, type] of Object.entries(schema.getTypeMap())) {
    say(type, name);
    for (const value of type.getValues?.() ?? []) say(value, `${name}.${value.name}`);
    for (const field of Object.values(type.getFields?.() ?? {})) {
      say(field, `${name}.${field.name}`);
      for (const arg of field.args ?? []) say(arg, `${name}.${field.name}(${arg.name}:)`);
    }
  }
  for (const directive of schema.getDirectives()) {
    say(directive, `@${directive.name}`);
    for (const arg of directive.args) say(arg, `@${directive.name}(${arg.name}:)`);
  }
}

const denies = (list) => list?.some((d) => d.name.value === 'deny');

// guard makes a field of introspection obey @deny in a document.
function guard(field) {
  const { resolve: inner } = field;
  if (inner.guarded) return;
  field.resolve = (source, args, context, info) => {
    if (denies(info.fieldNodes[0].directives)) throw new Error('denied');
    return inner(source, args, context, info);
  };
  field.resolve.guarded = true;
}
// Deprecated directives are a draft that graphql-js is ahead with, later than the edition of September 2025.
delete introspectionTypes.find((type) => type.name === '__Directive').getFields().isDeprecated;
delete introspectionTypes.find((type) => type.name === '__Directive').getFields().deprecationReason;
introspectionTypes.find((type) => type.name === '__Schema').getFields().directives.args = [];
// A default is shown as it is written: graphql-js 16 shows what became of it, with the defaults within.
const shown = introspectionTypes.find((type) => type.name === '__InputValue').getFields().defaultValue;
const { resolve: coerced } = shown;
shown.resolve = (value, ...rest) => (value.astNode?.defaultValue ? print(value.astNode.defaultValue) : coerced(value, ...rest));
guard(SchemaMetaFieldDef);
guard(TypeMetaFieldDef);

function resolver(world, type, field) {
  const kind = kindOf(world, type, field);
  const refused = denies(field.astNode.directives);
  return (source, args, { seed }, info) => {
    const written = field.args.map((arg) => {
      let v = args[arg.name];
      if (v === undefined && world.typed) v = null;
      return `${arg.name}:${write(arg.type, v)}`;
    });
    if (refused || denies(info.fieldNodes[0].directives)) throw new Error('denied');
    return resolve(world, seed, source?.hash ?? seed, type, field, kind, written.join(','));
  };
}

// write writes arguments for the hash. A value that its scalar refused is an error of the field.
function write(type, v) {
  if (v === undefined) return '-';
  if (v === null) return 'null';
  if (v instanceof Refused) throw new Error('refused');
  if (isNonNullType(type)) return write(type.ofType, v);
  if (isListType(type)) return `[${v.map((item) => write(type.ofType, item)).join(',')}]`;
  if (isInputObjectType(type)) {
    return `{${Object.values(type.getFields()).map((f) => `${f.name}:${write(f.type, v[f.name])}`).join(',')}}`;
  }
  if (isEnumType(type)) return v;
  switch (type.name) {
    case 'Int': case 'Even': case 'Boolean': case 'Point': return String(v);
    case 'Float': return bits(v);
    case 'String': case 'ID': return quote(v);
    default: return writeAny(v);
  }
}

const quote = (s) => `"${s.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

const view = new DataView(new ArrayBuffer(8));
function bits(f) {
  view.setFloat64(0, f + 0); // minus zero is zero
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

function writeAny(v) {
  if (v === undefined || v === null) return 'null';
  if (typeof v === 'string') return quote(v);
  if (typeof v === 'number') return bits(v);
  if (typeof v === 'boolean') return String(v);
  if (Array.isArray(v)) return `[${v.map(writeAny).join(',')}]`;
  const names = Object.keys(v).filter((name) => v[name] !== undefined).sort();
  return `{${names.map((name) => `${name}:${writeAny(v[name])}`).join(',')}}`;
}

// Refused stands for what a scalar cannot read. The engine reads scalars of a program's own when a field's arguments are
// decoded, as gqlgen does, and graphql-js while it validates; so the refusal is carried to the field.
class Refused {}

const readers = {
  Even(v) {
    if (typeof v === 'string' && /^[+-]?\d+$/.test(v)) v = Number(v);
    return Number.isSafeInteger(v) && v % 2 === 0 ? v : new Refused();
  },
  Point: (v) => (typeof v === 'string' && /^-?\d+,-?\d+$/.test(v) ? v : new Refused()),
};

function bindScalar(type) {
  const read = readers[type.name] ?? ((v) => v);
  type.parseValue = read;
  type.parseLiteral = (node, variables) => {
    if (type.name === 'Even' && node.kind === 'FloatValue') return new Refused();
    return read(valueFromASTUntyped(node, variables));
  };
  type.serialize = (v) => {
    if (v === unwritable || (type.name === 'Even' && v % 2 !== 0)) throw new Error('cannot be written');
    return v;
  };
}
