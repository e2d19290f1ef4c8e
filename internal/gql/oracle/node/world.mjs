// The data that both engines answer from, worked out from hashes. Its twin is the Go package world: what is changed here
// must be changed there.
import { isAbstractType, isLeafType, isListType, isNonNullType, isEnumType, isObjectType } from 'graphql';

export const unwritable = Symbol('unwritable');

export function mix(h, k) {
  h = (h ^ Math.imul(k, 0x9e3779b1)) >>> 0;
  h = (h ^ (h >>> 16)) >>> 0;
  h = Math.imul(h, 0x85ebca6b) >>> 0;
  h = (h ^ (h >>> 13)) >>> 0;
  h = Math.imul(h, 0xc2b2ae35) >>> 0;
  return (h ^ (h >>> 16)) >>> 0;
}

export function text(h, s) {
  for (let i = 0; i < s.length; i++) {
    h = Math.imul(h ^ s.charCodeAt(i), 16777619) >>> 0;
  }
  return mix(h, s.length);
}

// kindOf tells how the value of a field is reached, which decides how it can fail.
export function kindOf(world, type, field) {
  const root = world.roots.has(type.name);
  if (world.typed) {
    const use = field.astNode.directives.find((d) => d.name.value === 'goField');
    const has = (name) => use?.arguments.some((a) => a.name.value === name);
    if (has('batch')) return 'batch';
    if (root || has('forceResolver')) return 'resolver';
    return field.args.length > 0 ? 'method' : 'plain';
  }
  const choice = mix(text(1, `${type.name}.${field.name}`), 0) % 6;
  if (root ? choice < 3 : choice === 2) return 'method';
  if (root || choice === 3) return 'resolver';
  if (choice > 3) return 'batch';
  return field.args.length > 0 ? 'method' : 'plain';
}

// resolve answers a field: it gives a value or throws.
export function resolve(world, seed, parent, type, field, kind, args) {
  const h = text(parent, field.name + args);
  if (kind === 'batch' && mix(text(seed, `${type.name}.${field.name}${args}`), 11) % 60 === 0) throw new Error('thrown');
  if (kind !== 'plain' && mix(h, 1) % 100 < 3) throw new Error('thrown');
  return value(world, field.type, h);
}

function value(world, type, h) {
  const chance = mix(h, 3) % 100;
  const required = isNonNullType(type);
  if (required) type = type.ofType;
  if (isListType(type)) {
    if (!required && chance < 8) return null;
    const list = [];
    const length = [0, 1, 1, 2, 2, 3][mix(h, 4) % 6];
    for (let i = 0; i < length; i++) list.push(value(world, type.ofType, mix(h, 100 + i)));
    return list;
  }
  const isLeaf = isLeafType(type);
  if (required ? chance < 2 && !(isLeaf && world.typed) : chance < 10) return null;
  if (isLeaf) return leaf(type, h);
  if (isObjectType(type)) return { type: type.name, hash: mix(h, 6) };
  if (!isAbstractType(type)) throw new Error(`world: ${type}`);
  const names = world.possible(type);
  if (mix(h, 7) % 50 === 0) return { type: 'Stranger', hash: 0 };
  return { type: names[mix(h, 8) % names.length], hash: mix(h, 6) };
}

const integers = [0, 1, -1, 7, 42, 2147483647, -2147483648, 1000000, -65536, 2147483648, -2147483649];
const floats = [
  0, 1.5, -2.25, 1e21, 1e-7, 123456789.125, 0.1, 3, -1e300, 5e-324, 100, 9007199254740992, NaN, Infinity, -Infinity,
];
const texts = [
  '', 'a', '"quoted" \\ back', 'line\nbreak\r', 'tab\t', 'ünïcödé', '😀 smile', '\u2028\u2029', '\x00\x1f\x7f', '</script>&',
  'long '.repeat(20), 'null', '12',
];
const evens = [2, 4, -8, 100, 3, 2 ** 40];

function leaf(type, h) {
  const pick = mix(h, 5);
  if (isEnumType(type)) {
    if (pick % 40 === 0) return unwritable;
    const values = type.getValues();
    return values[mix(h, 10) % values.length].name;
  }
  switch (type.name) {
    case 'Int': return integers[pick % integers.length];
    case 'Float': return floats[pick % floats.length];
    case 'String': case 'ID': return texts[pick % texts.length];
    case 'Boolean': return pick % 2 === 0;
    case 'Even': return evens[pick % evens.length];
    case 'Point': return ['1,2', '-3,4', '0,0'][pick % 3];
  }
  if (pick % 30 === 0 && type.name !== 'Anything') return unwritable;
  return texts[pick % texts.length];
}
