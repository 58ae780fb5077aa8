// Whole numbers of any size, order and equality, sets and mappings by value.
import { KeyError, TypeError_, ZeroDivisionError } from "./py-classes.js";
import { Day, Delta } from "./py-days.js";
import { iter } from "./py-texts.js";
import { b } from "./python.js";

// ── whole numbers ──

const small = (n) => (typeof n === "bigint" && n >= -9007199254740991n && n <= 9007199254740991n ? Number(n) : n);
export const isNumber = (x) => typeof x === "number" || typeof x === "bigint";
export const number = (x) => (typeof x === "boolean" ? Number(x) : x !== null && typeof x === "object" && isNumber(x.value) && x.constructor.__members__ ? x.value : x);
function reckon(a, b, fast, exact) {
  if (typeof a === "number" && typeof b === "number") {
    const out = fast(a, b);
    if (Number.isSafeInteger(out)) return out;
  }
  return small(exact(BigInt(a), BigInt(b)));
}
const isArithmetic = (a, b) => isNumber(a) && isNumber(b);

function binary(name, a, b, swapped) {
  if (a !== null && typeof a === "object" && a[name]) {
    const out = a[name](b);
    if (out !== NotImplemented) return out;
  }
  if (swapped && b !== null && typeof b === "object" && b[swapped]) return b[swapped](a);
  throw TypeError_(`${name} of ${a} and ${b}`);
}
export const NotImplemented = { toString: () => "NotImplemented" };

export function add(a, b) {
  a = number(a); b = number(b);
  if (isArithmetic(a, b)) return reckon(a, b, (x, y) => x + y, (x, y) => x + y);
  if (typeof a === "string" && typeof b === "string") return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  return binary("__add__", a, b, "__radd__");
}
export function sub(a, b) {
  a = number(a); b = number(b);
  if (isArithmetic(a, b)) return reckon(a, b, (x, y) => x - y, (x, y) => x - y);
  if (a instanceof PySet) return new PySet([...a].filter((x) => !has(b, x)));
  return binary("__sub__", a, b);
}
export function mul(a, b) {
  a = number(a); b = number(b);
  if (isArithmetic(a, b)) return reckon(a, b, (x, y) => x * y, (x, y) => x * y);
  if (typeof a === "string") return a.repeat(b);
  if (Array.isArray(a)) return [].concat(...Array(Math.max(0, b)).fill(a));
  return Array.isArray(b) || typeof b === "string" ? mul(b, a) : binary("__mul__", a, b);
}
export function floordiv(a, b) {
  if (number(b) == 0) throw ZeroDivisionError("division by zero");
  return reckon(number(a), number(b), (x, y) => Math.floor(x / y) === x / y || Math.abs(x) < 4503599627370496 ? Math.floor(x / y) : NaN, (x, y) => (x % y !== 0n && x < 0n !== y < 0n ? x / y - 1n : x / y));
}
export const mod = (a, b) => sub(a, mul(floordiv(a, b), b));
export const pow = (a, b) => small(BigInt(a) ** BigInt(b));
export const neg = (a) => (isNumber(number(a)) ? -number(a) : a.__neg__());
export const or = (a, b) => (a instanceof PySet ? new PySet([...a, ...iter(b)]) : a instanceof Dict ? new Dict([...a.items(), ...b.items()]) : isArithmetic(a, b) ? a | b : typeof a === "boolean" ? a || b : [].concat(a, b));
export const and = (a, b) => (a instanceof PySet ? new PySet([...a].filter((x) => has(b, x))) : Array.isArray(a) ? and(new PySet(a), b) : typeof a === "boolean" ? a && b : binary("__and__", a, b));
export const xor = (a, b) => or(sub(a, b), sub(b, a));
export function iadd(a, b) {
  if (!Array.isArray(a)) return add(a, b);
  a.push(...iter(b));
  return a;
}
export function ior(a, b) {
  if (a instanceof PySet) { for (const x of iter(b)) a.add(x); return a; }
  if (a instanceof Dict) { a.update(b); return a; }
  return or(a, b);
}

// ── comparing ──

// Lists and tuples are one type here, and so are sets and frozen sets.
export const is = (x, y) => x === y || (typeof x === "function" && ((x === b.tuple && y === b.list) || (x === b.frozenset && y === b.set)));
export function eq(a, b) {
  if (a === b) return true;
  a = number(a); b = number(b);
  if (isArithmetic(a, b)) return a == b;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return a === b;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((x, n) => eq(x, b[n]));
  if (a instanceof PySet || a instanceof Dict) return a.constructor === b.constructor && key(a) === key(b);
  if (a.__eq__) {
    const out = a.__eq__(b);
    return out === NotImplemented ? false : out;
  }
  return Boolean(a.$fields) && a.constructor === b.constructor && a.$fields.every((f) => eq(a[f], b[f]));
}
/** Negative, nought or positive. */
export function order(a, b) {
  const x = number(a), y = number(b);
  if (isArithmetic(x, y)) return x < y ? -1 : x > y ? 1 : 0;
  if (typeof x === "string" && typeof y === "string") return byCodePoint(x, y);
  if (Array.isArray(x) && Array.isArray(y)) {
    for (let n = 0; n < Math.min(x.length, y.length); n++) if (!eq(x[n], y[n])) return order(x[n], y[n]);
    return x.length - y.length;
  }
  if (x !== null && typeof x === "object" && x.constructor === (y && y.constructor)) {
    if (x instanceof Day) return x.n - y.n;
    if (x instanceof Delta) return x.days - y.days;
    if (x instanceof PySet) throw TypeError_("sets have no order here");
    if (x.$ordered) return order(x.$fields.map((f) => x[f]), y.$fields.map((f) => y[f]));
    if (x.__lt__) return x.__lt__(y) ? -1 : y.__lt__(x) ? 1 : 0;
  }
  throw TypeError_(`no order between ${a} and ${b}`);
}
function byCodePoint(a, b) {
  const x = Array.from(a), y = Array.from(b);
  for (let n = 0; n < Math.min(x.length, y.length); n++) if (x[n] !== y[n]) return x[n].codePointAt(0) - y[n].codePointAt(0);
  return x.length - y.length;
}
const within = (a, b) => [...a].every((x) => has(b, x));
export const lt = (a, b) => (a instanceof PySet ? within(a, b) && a.size < b.size : order(a, b) < 0);
export const le = (a, b) => (a instanceof PySet ? within(a, b) : order(a, b) <= 0);
export const gt = (a, b) => lt(b, a);
export const ge = (a, b) => le(b, a);

export function truth(x) {
  if (x === null || x === undefined) return false;
  if (typeof x !== "object") return Boolean(x);
  if (Array.isArray(x)) return x.length > 0;
  if (x instanceof PySet || x instanceof Dict) return x.size > 0;
  if (x.constructor.__members__) return isNumber(x.value) ? x.value !== 0 : true;
  return x.__bool__ ? x.__bool__() : x.__len__ ? x.__len__() > 0 : true;
}
export const both = (a, b) => (truth(a) ? b() : a);
export const either = (a, b) => (truth(a) ? a : b());

export function has(where, x) {
  if (typeof where === "string") return where.includes(x);
  if (Array.isArray(where)) return where.some((y) => eq(y, x));
  if (where instanceof PySet || where instanceof Dict) return where.has(x);
  if (where.__contains__) return where.__contains__(x);
  for (const y of iter(where)) if (eq(y, x)) return true;
  return false;
}

// ── sets and mappings, by value ──

const ids = new WeakMap();
let nextId = 0;
/** A number for each object. */
export function identity(x) {
  if (!ids.has(x)) ids.set(x, (nextId += 1));
  return ids.get(x);
}
export function key(x) {
  if (x === null) return "N";
  switch (typeof x) {
    case "string": return `s${x.length}:${x}`;
    case "number": case "bigint": return `n${x}`;
    case "boolean": return `n${Number(x)}`;
    default:
  }
  if (Array.isArray(x)) return `(${x.map(key).join(",")})`;
  if (x instanceof Day) return `d${x.n}`;
  if (x instanceof PySet || x instanceof Dict) return `{${[...(x instanceof Dict ? x.items() : x)].map(key).sort().join(",")}}`;
  if (x.__hash__) return `h${x.__hash__()}`;
  if (x.$fields) return `${x.constructor.__name__}(${x.$fields.map((f) => key(x[f])).join(",")})`;
  return `#${identity(x)}`;
}

export class PySet {
  constructor(items = []) {
    this.all = new Map();
    for (const x of iter(items)) this.add(x);
  }
  get size() { return this.all.size; }
  [Symbol.iterator]() { return this.all.values(); }
  has(x) { return this.all.has(key(x)); }
  add(x) { const k = key(x); if (!this.all.has(k)) this.all.set(k, x); return null; }
  discard(x) { this.all.delete(key(x)); return null; }
  remove(x) { if (!this.all.delete(key(x))) throw KeyError(x); return null; }
  update(...many) { for (const one of many) for (const x of iter(one)) this.add(x); return null; }
  union(...many) { const out = new PySet(this); out.update(...many); return out; }
  intersection(other) { return and(this, new PySet(other)); }
  difference(other) { return sub(this, new PySet(other)); }
  issubset(other) { return within(this, new PySet(other)); }
  issuperset(other) { return within(new PySet(other), this); }
  isdisjoint(other) { return ![...iter(other)].some((x) => this.has(x)); }
}

export class Dict {
  constructor(rows = [], missing = null) {
    this.all = new Map();
    this.missing = missing;
    for (const [k, v] of rows) this.put(k, v);
  }
  get size() { return this.all.size; }
  *[Symbol.iterator]() { for (const [k] of this.all.values()) yield k; }
  has(k) { return this.all.has(key(k)); }
  put(k, v) { const at = key(k), old = this.all.get(at); this.all.set(at, [old ? old[0] : k, v]); }
  at(k) {
    const found = this.all.get(key(k));
    if (found) return found[1];
    if (!this.missing) throw KeyError(k);
    this.put(k, this.missing());
    return this.at(k);
  }
  get(k, otherwise = null) { const found = this.all.get(key(k)); return found ? found[1] : otherwise; }
  items() { return [...this.all.values()].map(([k, v]) => [k, v]); }
  keys() { return new PySet(this); }
  values() { return [...this.all.values()].map(([, v]) => v); }
  setdefault(k, v = null) { if (!this.has(k)) this.put(k, v); return this.at(k); }
  update(other) { for (const [k, v] of other instanceof Dict ? other.items() : iter(other)) this.put(k, v); return null; }
  pop(k, ...otherwise) {
    const found = this.all.get(key(k));
    if (!found && !otherwise.length) throw KeyError(k);
    this.all.delete(key(k));
    return found ? found[1] : otherwise[0];
  }
}
