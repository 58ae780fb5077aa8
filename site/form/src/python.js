// What the operators, calls and types of Python mean, for functions translated by zongmu.publish.inbrowser (there: `$`).
// Numbers are whole: a result beyond 2^53 goes on as a BigInt. Tuples and lists are arrays; None is null.

class Keywords {
  constructor(given) {
    this.given = given;
  }
}
const kw = (given) => new Keywords(given);

/** A function with Python's parameters: `d` defaults, `k` keyword-only, `v` *rest, `o` **others. */
function fn(body, names, { d = {}, k = [], v = false, o = false } = {}) {
  const plain = !v && !o && !k.length;
  return function (...args) {
    const given = args[args.length - 1] instanceof Keywords ? { ...args.pop().given } : null;
    if (plain && !given && args.length === names.length) return body(...args);
    if (args.length > names.length && !v) throw TypeError_(`takes ${names.length} arguments, not ${args.length}`);
    const take = (name) => {
      if (given && name in given) {
        const value = given[name];
        delete given[name];
        return value;
      }
      if (d[name]) return d[name]();
      throw TypeError_(`lacks ${name}`);
    };
    const out = names.map((name, n) => (n < args.length ? args[n] : take(name)));
    if (v) out.push(args.slice(names.length));
    for (const name of k) out.push(take(name));
    if (o) out.push(new Dict(Object.entries(given || {})));
    else if (given && Object.keys(given).length) throw TypeError_(`does not take ${Object.keys(given)}`);
    return body(...out);
  };
}

// ── classes ──

function cls(name, bases, make) {
  const C = function (...args) {
    const self = Object.create(C.prototype);
    if (make) make(self, args);
    else if (self.__init__) self.__init__(...args);
    return self;
  };
  const [first, ...others] = bases;
  C.prototype = Object.create(first ? first.prototype : Object.prototype, { constructor: { value: C } });
  if (first) Object.setPrototypeOf(C, first);
  C.__mro__ = [C, ...new Set([].concat(...bases.map((b) => b.__mro__ || [b])))];
  C.__bases__ = bases;
  C.__name__ = name;
  for (const other of others) C.prototype.others = other;
  return C;
}

function dataclass(name, bases, parameters, ordered) {
  const names = parameters.map(([n]) => n);
  const defaults = Object.fromEntries(parameters.filter((p) => p.length > 1));
  const gather = fn((...values) => values, names, { d: defaults });
  const C = cls(name, bases, (self, args) => {
    const values = gather(...args);
    for (let n = 0; n < names.length; n++) self[names[n]] = values[n];
    if (self.__post_init__) self.__post_init__();
  });
  C.prototype.$fields = names;
  C.prototype.$ordered = ordered;
  return C;
}

/** A record class: made from plain data, field by field, as the model reads it. */
function model(name, bases, shape) {
  const C = cls(name, bases);
  let fields = null;
  C.build = (data) => {
    fields = fields || shape();
    if (!C.model_fields) C.model_fields = new Dict(fields.map((f) => [f[0], null]));
    const self = Object.create(C.prototype);
    for (const [attribute, key, read, absent] of fields) self[attribute] = data[key] === undefined ? absent : read(data[key]);
    return self;
  };
  return C;
}
const plain = (value) => value;
const built = (C) => (value) => C.build(value);
const parsed = (C) => (value) => C.parse(value);
const reads = (read) => (value) => read(value);
const rows = (read) => (value) => value.map(read);
const oneOf = (classes) => (value) => classes.find(([kinds]) => kinds.includes(value.kind))[1].build(value);

function enumeration(name, members) {
  const E = (value) => E.__members__.find((m) => m.value === value);
  E.prototype = Object.create(Object.prototype, { constructor: { value: E }, valueOf: { value() { return this.value; } } });
  E.__mro__ = [E];
  E.__name__ = name;
  E.__members__ = members.map(([label, value]) => (E[label] = Object.assign(Object.create(E.prototype), { name: label, value })));
  E[Symbol.iterator] = () => E.__members__[Symbol.iterator]();
  return E;
}

const make = (C, fields) => Object.assign(Object.create(C.prototype), fields);
const rule = (run, facts) => Object.assign((...args) => run(...args), facts, { run });
const method = (C, name, f) => Object.defineProperty(C.prototype, name, { value(...args) { return f(this, ...args); }, configurable: true, writable: true });
const property = (C, name, f) => Object.defineProperty(C.prototype, name, { get() { return f(this); }, configurable: true });
const classmethod = (C, name, f) => {
  C[name] = function (...args) { return f(this, ...args); };
  C.prototype[name] = function (...args) { return f(this.constructor, ...args); };
};
const static_ = (C, name, value) => {
  C[name] = value;
  C.prototype[name] = value;
};
const above = (C, self, name, args) => C.__bases__[0].prototype[name].apply(self, args);
const isOf = (x, C) => x !== null && typeof x === "object" && typeof C === "function" && Boolean(x.constructor.__mro__ && x.constructor.__mro__.includes(C));

// ── errors ──

const Exception = cls("Exception", [], (self, args) => { self.args = args; self.stack = new Error(String(args[0])).stack; });
method(Exception, "toString", (self) => `${self.constructor.__name__}: ${self.args.join(", ")}`);
const error = (name, base = Exception) => cls(name, [base], (self, args) => { self.args = args; self.stack = new Error(`${name} ${args[0]}`).stack; });
const ValueError = error("ValueError");
const TypeError_ = error("TypeError");
const LookupError = error("LookupError");
const KeyError = error("KeyError", LookupError);
const IndexError = error("IndexError", LookupError);
const AttributeError = error("AttributeError");
const ArithmeticError = error("ArithmeticError");
const ZeroDivisionError = error("ZeroDivisionError", ArithmeticError);
const OverflowError = error("OverflowError", ArithmeticError);
const RuntimeError = error("RuntimeError");
const NotImplementedError = error("NotImplementedError", RuntimeError);
const StopIteration = error("StopIteration");
const SystemExit = cls("SystemExit", []);
const raised = (what) => (typeof what === "function" ? what() : what);
const caught = (e, kinds) => (Array.isArray(kinds) ? kinds : [kinds]).some((K) => isOf(e, K) || (K === Exception && e instanceof Error));
const crashed = (e) => { throw e; };

// ── whole numbers ──

const small = (n) => (typeof n === "bigint" && n >= -9007199254740991n && n <= 9007199254740991n ? Number(n) : n);
const isNumber = (x) => typeof x === "number" || typeof x === "bigint";
const number = (x) => (typeof x === "boolean" ? Number(x) : x !== null && typeof x === "object" && isNumber(x.value) && x.constructor.__members__ ? x.value : x);
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
const NotImplemented = { toString: () => "NotImplemented" };

function add(a, b) {
  a = number(a); b = number(b);
  if (isArithmetic(a, b)) return reckon(a, b, (x, y) => x + y, (x, y) => x + y);
  if (typeof a === "string" && typeof b === "string") return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  return binary("__add__", a, b, "__radd__");
}
function sub(a, b) {
  a = number(a); b = number(b);
  if (isArithmetic(a, b)) return reckon(a, b, (x, y) => x - y, (x, y) => x - y);
  if (a instanceof PySet) return new PySet([...a].filter((x) => !has(b, x)));
  return binary("__sub__", a, b);
}
function mul(a, b) {
  a = number(a); b = number(b);
  if (isArithmetic(a, b)) return reckon(a, b, (x, y) => x * y, (x, y) => x * y);
  if (typeof a === "string") return a.repeat(b);
  if (Array.isArray(a)) return [].concat(...Array(Math.max(0, b)).fill(a));
  return Array.isArray(b) || typeof b === "string" ? mul(b, a) : binary("__mul__", a, b);
}
function floordiv(a, b) {
  if (number(b) == 0) throw ZeroDivisionError("division by zero");
  return reckon(number(a), number(b), (x, y) => Math.floor(x / y) === x / y || Math.abs(x) < 4503599627370496 ? Math.floor(x / y) : NaN, (x, y) => (x % y !== 0n && x < 0n !== y < 0n ? x / y - 1n : x / y));
}
const mod = (a, b) => sub(a, mul(floordiv(a, b), b));
const pow = (a, b) => small(BigInt(a) ** BigInt(b));
const neg = (a) => (isNumber(number(a)) ? -number(a) : a.__neg__());
const or = (a, b) => (a instanceof PySet ? new PySet([...a, ...iter(b)]) : a instanceof Dict ? new Dict([...a.items(), ...b.items()]) : isArithmetic(a, b) ? a | b : typeof a === "boolean" ? a || b : [].concat(a, b));
const and = (a, b) => (a instanceof PySet ? new PySet([...a].filter((x) => has(b, x))) : Array.isArray(a) ? and(new PySet(a), b) : typeof a === "boolean" ? a && b : binary("__and__", a, b));
const xor = (a, b) => or(sub(a, b), sub(b, a));
function iadd(a, b) {
  if (!Array.isArray(a)) return add(a, b);
  a.push(...iter(b));
  return a;
}
function ior(a, b) {
  if (a instanceof PySet) { for (const x of iter(b)) a.add(x); return a; }
  if (a instanceof Dict) { a.update(b); return a; }
  return or(a, b);
}

// ── comparing ──

// Lists and tuples are one type here, and so are sets and frozen sets.
const is = (x, y) => x === y || (typeof x === "function" && ((x === b.tuple && y === b.list) || (x === b.frozenset && y === b.set)));
function eq(a, b) {
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
function order(a, b) {
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
const lt = (a, b) => (a instanceof PySet ? within(a, b) && a.size < b.size : order(a, b) < 0);
const le = (a, b) => (a instanceof PySet ? within(a, b) : order(a, b) <= 0);
const gt = (a, b) => lt(b, a);
const ge = (a, b) => le(b, a);

function truth(x) {
  if (x === null || x === undefined) return false;
  if (typeof x !== "object") return Boolean(x);
  if (Array.isArray(x)) return x.length > 0;
  if (x instanceof PySet || x instanceof Dict) return x.size > 0;
  if (x.constructor.__members__) return isNumber(x.value) ? x.value !== 0 : true;
  return x.__bool__ ? x.__bool__() : x.__len__ ? x.__len__() > 0 : true;
}
const both = (a, b) => (truth(a) ? b() : a);
const either = (a, b) => (truth(a) ? a : b());

function has(where, x) {
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
function key(x) {
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
  if (!ids.has(x)) ids.set(x, (nextId += 1));
  return `#${ids.get(x)}`;
}

class PySet {
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

class Dict {
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

// ── days ──

const JUMP = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const leap = (y) => (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
const daysIn = (y, m) => (m === 2 && leap(y) ? 29 : [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1]);
const ordinal = (y, m, d) => { const p = y - 1; return p * 365 + Math.floor(p / 4) - Math.floor(p / 100) + Math.floor(p / 400) + JUMP[m - 1] + (m > 2 && leap(y) ? 1 : 0) + d; };

class Day {
  constructor(n) {
    this.n = n;
    // Days since 1 March of the year nought, in cycles of 400, 100, 4 and 1 years.
    const z = n + 305;
    const era = Math.floor(z / 146097);
    const doe = z - era * 146097;
    const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365);
    const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
    const mp = Math.floor((5 * doy + 2) / 153);
    this.day = doy - Math.floor((153 * mp + 2) / 5) + 1;
    this.month = mp < 10 ? mp + 3 : mp - 9;
    this.year = yoe + era * 400 + (this.month <= 2 ? 1 : 0);
  }
  isoformat() { return `${String(this.year).padStart(4, "0")}-${String(this.month).padStart(2, "0")}-${String(this.day).padStart(2, "0")}`; }
  toString() { return this.isoformat(); }
  toordinal() { return this.n; }
  weekday() { return (this.n + 6) % 7; }
  isoweekday() { return this.weekday() + 1; }
  replace(...args) { const k = args.length && args[args.length - 1] instanceof Keywords ? args.pop().given : {}; const [y, m, d] = args; return date(k.year || y || this.year, k.month || m || this.month, k.day || d || this.day); }
  __add__(other) { return other instanceof Delta ? day(this.n + other.days) : NotImplemented; }
  __sub__(other) { return other instanceof Delta ? day(this.n - other.days) : new Delta(this.n - other.n); }
  __eq__(other) { return other instanceof Day && other.n === this.n; }
}
Object.defineProperty(Day.prototype, "constructor", { value: Day });
class Delta {
  constructor(days) { this.days = days; }
  __add__(other) { return other instanceof Day ? day(other.n + this.days) : new Delta(this.days + other.days); }
  __sub__(other) { return new Delta(this.days - other.days); }
  __mul__(n) { return new Delta(this.days * n); }
  __neg__() { return new Delta(-this.days); }
  __eq__(other) { return other instanceof Delta && other.days === this.days; }
  __hash__() { return `t${this.days}`; }
  __bool__() { return this.days !== 0; }
}
const day = (n) => { if (n < 1 || n > 3652059) throw OverflowError("date value out of range"); return new Day(n); };
function date(...args) {
  const k = args[args.length - 1] instanceof Keywords ? args.pop().given : {};
  const [y = k.year, m = k.month, d = k.day] = args;
  if (!(y >= 1 && y <= 9999 && m >= 1 && m <= 12 && d >= 1 && d <= daysIn(y, m))) throw ValueError(`no such day: ${y}-${m}-${d}`);
  return day(ordinal(y, m, d));
}
date.prototype = Day.prototype;
date.fromordinal = day;
date.min = day(1);
date.max = day(3652059);
date.fromisoformat = (text) => {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!found) throw ValueError(`Invalid isoformat string: ${text}`);
  return date(Number(found[1]), Number(found[2]), Number(found[3]));
};
const timedelta = (...args) => { const k = args[args.length - 1] instanceof Keywords ? args.pop().given : {}; return new Delta((args[0] || 0) + (k.days || 0) + 7 * (k.weeks || 0)); };
const monthrange = (y, m) => [(ordinal(y, m, 1) + 6) % 7, daysIn(y, m)];

// ── texts and lists ──

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const strip = (text, chars, left, right) => {
  const set = chars === undefined || chars === null ? "\\s" : [...chars].map((c) => escaped(c).replace(/[-/]/g, "\\$&")).join("");
  let out = text;
  if (left) out = out.replace(new RegExp(`^[${set}]+`, "u"), "");
  return right ? out.replace(new RegExp(`[${set}]+$`, "u"), "") : out;
};
const some = (test, x) => (Array.isArray(x) ? x.some(test) : test(x));
const STRING = {
  startswith: (s, x, at = 0) => some((y) => s.startsWith(y, at), x),
  endswith: (s, x) => some((y) => s.endsWith(y), x),
  strip: (s, c) => strip(s, c, true, true),
  lstrip: (s, c) => strip(s, c, true, false),
  rstrip: (s, c) => strip(s, c, false, true),
  lower: (s) => s.toLowerCase(),
  upper: (s) => s.toUpperCase(),
  casefold: (s) => s.toLowerCase(),
  join: (s, x) => [...iter(x)].join(s),
  replace: (s, a, b) => s.split(a).join(b),
  removeprefix: (s, x) => (x && s.startsWith(x) ? s.slice(x.length) : s),
  removesuffix: (s, x) => (x && s.endsWith(x) ? s.slice(0, -x.length) : s),
  partition: (s, x) => { const at = s.indexOf(x); return at < 0 ? [s, "", ""] : [s.slice(0, at), x, s.slice(at + x.length)]; },
  rpartition: (s, x) => { const at = s.lastIndexOf(x); return at < 0 ? ["", "", s] : [s.slice(0, at), x, s.slice(at + x.length)]; },
  split: (s, x, most = -1) => {
    if (x === undefined || x === null) return s.trim() ? s.trim().split(/\s+/) : [];
    const parts = s.split(x);
    return most < 0 || parts.length <= most + 1 ? parts : [...parts.slice(0, most), parts.slice(most).join(x)];
  },
  rsplit: (s, x, most = -1) => { const parts = s.split(x); return most < 0 || parts.length <= most + 1 ? parts : [parts.slice(0, parts.length - most).join(x), ...parts.slice(parts.length - most)]; },
  isdigit: (s) => /^\p{Nd}+$/u.test(s),
  isalnum: (s) => /^[\p{L}\p{N}]+$/u.test(s),
  isalpha: (s) => /^\p{L}+$/u.test(s),
  isspace: (s) => /^\s+$/.test(s),
  isupper: (s) => s !== s.toLowerCase() && s === s.toUpperCase(),
  islower: (s) => s !== s.toUpperCase() && s === s.toLowerCase(),
  index: (s, x) => { const at = s.indexOf(x); if (at < 0) throw ValueError("not there"); return at; },
  translate: (s, table) => Array.from(s, (c) => { const to = table.get(c.codePointAt(0), c); return to === null ? "" : typeof to === "number" ? String.fromCodePoint(to) : to; }).join(""),
  isdecimal: (s) => /^\p{Nd}+$/u.test(s),
  isascii: (s) => /^[\x00-\x7f]*$/.test(s),
  find: (s, x) => s.indexOf(x),
  count: (s, x) => s.split(x).length - 1,
  zfill: (s, n) => s.padStart(n, "0"),
  format_map: (s, values) => s.replace(/\{(\w+)\}/g, (_, name) => text(item(values, name))),
};
const LIST = {
  append: (a, x) => (a.push(x), null),
  extend: (a, x) => (a.push(...iter(x)), null),
  insert: (a, n, x) => (a.splice(n, 0, x), null),
  index: (a, x) => { const n = a.findIndex((y) => eq(y, x)); if (n < 0) throw ValueError("not in list"); return n; },
  count: (a, x) => a.filter((y) => eq(y, x)).length,
  pop: (a, n = -1) => { if (!a.length) throw IndexError("pop from empty list"); return a.splice(n, 1)[0]; },
  remove: (a, x) => (a.splice(LIST.index(a, x), 1), null),
  copy: (a) => [...a],
  reverse: (a) => (a.reverse(), null),
  sort: (a, ...how) => { const out = sorted(a, ...how); a.splice(0, a.length, ...out); return null; },
};

function call(x, name, args) {
  const known = typeof x === "string" ? STRING[name] : Array.isArray(x) ? LIST[name] : null;
  if (known) return known(x, ...args);
  const found = x === null || x === undefined ? undefined : x[name];
  if (typeof found !== "function") throw AttributeError(`${text(x)} has no ${name}`);
  return found.apply(x, args);
}
function attr(x, name) {
  const found = x === null || x === undefined ? undefined : x[name];
  if (found !== undefined) return typeof found === "function" && typeof x === "object" ? found.bind(x) : found;
  if (name === "__dict__") return new Dict(Object.entries(x));
  throw AttributeError(`${text(x)} has no ${name}`);
}
const setattr = (x, name, value) => { x[name] = value; };
function item(x, n) {
  if (x instanceof Dict) return x.at(n);
  if (x !== null && typeof x === "object" && x.__getitem__) return x.__getitem__(n);
  const all = typeof x === "string" ? Array.from(x) : x;
  const at = n < 0 ? all.length + n : n;
  if (!(at in all)) throw IndexError(`no item ${n}`);
  return all[at];
}
function setitem(x, n, value) {
  if (x instanceof Dict) x.put(n, value);
  else x[n < 0 ? x.length + n : n] = value;
}
function slice(x, from, to, step) {
  const all = typeof x === "string" ? Array.from(x) : x;
  const by = step === null ? 1 : step;
  const bound = (n, low, high) => Math.min(Math.max(n < 0 ? n + all.length : n, low), high);
  let out;
  if (by > 0) out = all.slice(from === null ? 0 : bound(from, 0, all.length), to === null ? undefined : bound(to, 0, all.length)).filter((_, n) => n % by === 0);
  else out = all.slice(to === null ? 0 : bound(to, -1, all.length - 1) + 1, from === null ? undefined : bound(from, -1, all.length - 1) + 1).reverse().filter((_, n) => n % -by === 0);
  return typeof x === "string" ? out.join("") : out;
}
function iter(x) {
  if (x !== null && x !== undefined) {
    if (x[Symbol.iterator]) return x;
    if (x.__iter__) return x.__iter__();
  }
  throw TypeError_(`${text(x)} cannot be walked through`);
}
const unpack = (x) => [...iter(x)];
const items = (x) => (x instanceof Dict ? x.items() : iter(x));
const object = (x) => Object.fromEntries(items(x));

function text(x) {
  if (x === null || x === undefined) return "None";
  if (typeof x === "boolean") return x ? "True" : "False";
  if (typeof x === "object" && x.__str__) return x.__str__();
  if (Array.isArray(x)) return `(${x.map(text).join(", ")})`;
  return String(x);
}
function format(x, spec = "") {
  if (!spec) return text(x);
  const found = /^(0?)(\d*)(,?)(d?)$/.exec(spec);
  if (!found || !isNumber(x)) throw NotImplementedError(`format ${spec}`);
  let out = String(x < 0 ? -x : x);
  if (found[3]) out = out.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  if (found[2]) out = out.padStart(Number(found[2]) - (x < 0 ? 1 : 0), found[1] || " ");
  return (x < 0 ? "-" : "") + out;
}

const wide = (s) => /[\ud800-\udbff]/.test(s);
/** Places count code points in Python, and units of UTF-16 in JavaScript. */
const points = (s, units) => (wide(s) ? Array.from(s.slice(0, units)).length : units);
const units = (s, n) => (wide(s) ? Array.from(s).slice(0, n).join("").length : n);

class Found {
  constructor(found) { this.found = found; }
  get lastgroup() { return Object.keys(this.found.groups || {}).find((name) => this.found.groups[name] !== undefined) || null; }
  __getitem__(n) { const out = typeof n === "string" ? this.found.groups[n] : this.found[n]; return out === undefined ? null : out; }
  group(n = 0) { return this.__getitem__(n); }
  groups() { return this.found.slice(1).map((g) => (g === undefined ? null : g)); }
  start(n = 0) { return points(this.found.input, this.at(n)); }
  end(n = 0) { return points(this.found.input, this.at(n) + (this.found[0] === this.group(n) ? this.found[0].length : this.group(n).length)); }
  span(n = 0) { return [this.start(n), this.end(n)]; }
  at(n) {
    if (n === 0) return this.found.index;
    // A group has no place of its own in Chromium 80: it is the only one of its text in the match, or nobody can say.
    const first = this.found[0].indexOf(this.group(n));
    if (first !== this.found[0].lastIndexOf(this.group(n))) throw NotImplementedError(`place of group ${n}`);
    return this.found.index + first;
  }
}
function regex(source, flags = "") {
  const js = source;
  const patterns = new Map();
  const of = (text, more) => { const name = more + text; if (!patterns.has(name)) patterns.set(name, new RegExp(text, `${flags}u${more}`)); return patterns.get(name); };
  const run = (pattern, s, from, to) => {
    pattern.lastIndex = from ? units(s, from) : 0;
    const found = pattern.exec(to === undefined || to === null ? s : s.slice(0, units(s, to)));
    return found ? new Found(found) : null;
  };
  const self = {
    source,
    fullmatch: (s, from, to) => run(of(`(?:${js})$`, "y"), s, from, to),
    match: (s, from, to) => run(of(`(?:${js})`, "y"), s, from, to),
    search: (s, from, to) => run(of(js, "g"), s, from, to),
    finditer: function* (s, from, to) { const text = to === undefined || to === null ? s : s.slice(0, units(s, to)); const all = new RegExp(of(js, "g")); all.lastIndex = from ? units(s, from) : 0; for (let found = all.exec(text); found; found = all.exec(text)) { yield new Found(found); if (!found[0]) all.lastIndex += 1; } },
    findall: (s) => [...self.finditer(s)].map((f) => (f.found.length > 1 ? f.found[1] : f.found[0])),
    sub: (to, s) => { let out = "", last = 0; for (const f of self.finditer(s)) { out += s.slice(last, f.found.index) + (typeof to === "function" ? to(f) : to); last = f.found.index + f.found[0].length; } return out + s.slice(last); },
  };
  self.pattern = self;
  return self;
}
const digit = (c, otherwise) => {
  const form = c.normalize("NFKC");
  if (/^[0-9]$/.test(form)) return Number(form);
  if (!/^\p{Nd}$/u.test(c)) return otherwise;
  let n = 0;
  while (n < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(c.codePointAt(0) - n - 1))) n += 1;
  return n;
};

// ── functions that are always there ──

const options = (args) => (args[args.length - 1] instanceof Keywords ? args.pop().given : {});
function best(args, better) {
  const { key: by = plain, default: otherwise } = options(args);
  const from = args.length === 1 ? [...iter(args[0])] : args;
  if (!from.length) {
    if (otherwise === undefined) throw ValueError("of nothing");
    return otherwise;
  }
  let [top, rank] = [from[0], by(from[0])];
  for (const x of from.slice(1)) { const now = by(x); if (better(now, rank)) [top, rank] = [x, now]; }
  return top;
}
function sorted(x, ...how) {
  const { key: by = plain, reverse = false } = options(how);
  const ranked = [...iter(x)].map((one, n) => [by(one), n, one]);
  ranked.sort((a, b) => (reverse ? order(b[0], a[0]) : order(a[0], b[0])) || a[1] - b[1]);
  return ranked.map((r) => r[2]);
}
function* zip(...args) {
  const { strict = false } = options(args);
  const all = args.map((a) => [...iter(a)]);
  if (strict && all.some((a) => a.length !== all[0].length)) throw ValueError("zip of unequal length");
  for (let n = 0; n < Math.min(...all.map((a) => a.length)); n++) yield all.map((a) => a[n]);
}
function* enumerate(x, from = 0) {
  let n = from instanceof Keywords ? from.given.start : from;
  for (const one of iter(x)) yield [n++, one];
}
function range(a, b, step = 1) {
  const [from, to] = b === undefined ? [0, a] : [a, b];
  const out = [];
  for (let n = from; step > 0 ? n < to : n > to; n += step) out.push(n);
  return out;
}
const TYPES = new Map();
const typed = (name, make, test) => { TYPES.set(make, test); make.__name__ = name; return make; };
const b = {
  str: typed("str", (x = "") => text(x), (x) => typeof x === "string"),
  int: typed("int", (x = 0) => { const n = typeof x === "string" ? (/^\s*[-+]?\d+\s*$/.test(x) ? Number(x) : NaN) : Number(number(x)); if (!Number.isSafeInteger(n)) throw ValueError(`no whole number: ${x}`); return n; }, (x) => isNumber(x) || typeof x === "boolean"),
  bool: typed("bool", (x = false) => truth(x), (x) => typeof x === "boolean"),
  tuple: typed("tuple", (x = []) => [...iter(x)], Array.isArray),
  list: typed("list", (x = []) => [...iter(x)], Array.isArray),
  set: typed("set", (x = []) => new PySet(x), (x) => x instanceof PySet),
  frozenset: typed("frozenset", (x = []) => new PySet(x), (x) => x instanceof PySet),
  dict: typed("dict", (x = [], ...more) => { const named = x instanceof Keywords ? x.given : options(more); return new Dict([...(x instanceof Keywords ? [] : items(x)), ...Object.entries(named)]); }, (x) => x instanceof Dict),
  ord: (c) => c.codePointAt(0),
  chr: (n) => String.fromCodePoint(n),
  object: typed("object", () => ({}), () => true),
  len: (x) => (typeof x === "string" ? Array.from(x).length : Array.isArray(x) ? x.length : x.size === undefined ? x.__len__() : x.size),
  min: (...args) => best(args, lt),
  max: (...args) => best(args, gt),
  sum: (x, start = 0) => { let out = start instanceof Keywords ? start.given.start : start; for (const one of iter(x)) out = add(out, one); return out; },
  sorted,
  any: (x) => { for (const one of iter(x)) if (truth(one)) return true; return false; },
  all: (x) => { for (const one of iter(x)) if (!truth(one)) return false; return true; },
  enumerate,
  zip,
  range,
  reversed: (x) => [...iter(x)].reverse(),
  abs: (x) => (isNumber(x) ? (x < 0 ? -x : x) : x.__abs__()),
  isinstance: (x, T) => (Array.isArray(T) ? T.some((one) => b.isinstance(x, one)) : TYPES.has(T) ? TYPES.get(T)(x) : T === date ? x instanceof Day : T === timedelta ? x instanceof Delta : isOf(x, T)),
  id: (x) => key(typeof x === "object" && x !== null && x.$fields ? { of: identity(x) } && `@${identity(x)}` : x),
  getattr: (x, name, ...otherwise) => { try { return attr(x, name); } catch (e) { if (otherwise.length && isOf(e, AttributeError)) return otherwise[0]; throw e; } },
  hasattr: (x, name) => x !== null && x !== undefined && x[name] !== undefined,
  next: (x, ...otherwise) => { const got = (x.next ? x : x[Symbol.iterator]()).next(); if (!got.done) return got.value; if (otherwise.length) return otherwise[0]; throw StopIteration(); },
  iter: (x) => iter(x)[Symbol.iterator](),
  map: function* (f, ...many) { if (many.length === 1) for (const x of iter(many[0])) yield f(x); else for (const row of zip(...many)) yield f(...row); },
  filter: function* (f, x) { for (const one of iter(x)) if (truth(f === null ? one : f(one))) yield one; },
  type: (x) => (typeof x === "string" ? b.str : isNumber(x) ? b.int : typeof x === "boolean" ? b.bool : Array.isArray(x) ? b.tuple : x instanceof PySet ? b.frozenset : x instanceof Dict ? b.dict : x instanceof Day ? date : x === null ? null : x.constructor),
  divmod: (x, y) => [floordiv(x, y), mod(x, y)],
  hash: key,
  Exception, ValueError, TypeError: TypeError_, KeyError, LookupError, IndexError, AttributeError, NotImplementedError, StopIteration, SystemExit, ZeroDivisionError, OverflowError, RuntimeError, ArithmeticError, NotImplemented,
};
function identity(x) {
  if (!ids.has(x)) ids.set(x, (nextId += 1));
  return ids.get(x);
}

const replace = (x, ...how) => Object.assign(Object.create(Object.getPrototypeOf(x)), x, options(how));
function* pairwise(x) { const all = [...iter(x)]; for (let n = 1; n < all.length; n++) yield [all[n - 1], all[n]]; }
function* chain(...many) { for (const one of many) yield* iter(one); }
function* combinations(x, n) {
  const all = [...iter(x)];
  if (n === 0) yield [];
  else for (let at = 0; at < all.length; at++) for (const rest of combinations(all.slice(at + 1), n - 1)) yield [all[at], ...rest];
}
const bisect = (after) => (a, x) => { let [low, high] = [0, a.length]; while (low < high) { const mid = (low + high) >> 1; if (after ? order(x, a[mid]) < 0 : order(a[mid], x) >= 0) high = mid; else low = mid + 1; } return low; };
const partial = (f, ...first) => (...rest) => f(...first, ...rest);
/** ISO 7064 MOD 11,10 over the digits of an investment project code; null in its old form, as zongmu.model.identifiers says. */
function investmentCode(code) {
  if (code.slice(2, 4) > "12") return null;
  let sum = 10;
  const digits = [...code.replace(/-/g, "")].map(Number);
  for (const n of digits.slice(0, -1)) sum = (((sum + n) % 10 || 10) * 2) % 11;
  return (sum + digits[digits.length - 1]) % 10 === 1;
}
/** Plain data as the program has it: mappings for objects. */
const data = (x) => (Array.isArray(x) ? x.map(data) : x !== null && typeof x === "object" ? new Dict(Object.entries(x).map(([k, v]) => [k, data(v)])) : x);
/** A value of a trace as text, lists as lists; null stays. */
const shown = (x) => (x === null || x === undefined ? null : Array.isArray(x) ? x.map(shown) : x instanceof PySet ? [...x].map(shown) : text(x));
const counter = (x = []) => { const out = new Dict([], () => 0); for (const one of iter(x)) out.put(one, out.get(one, 0) + 1); return out; };

export const python = {
  fn, kw, cls, dataclass, model, plain, built, parsed, reads, rows, oneOf, enumeration, make, rule, method, property, classmethod, static: static_, above, raised, caught, crashed,
  NotImplemented, add, sub, mul, floordiv, mod, pow, neg, or, and, xor, iadd, ior, is, eq, lt, le, gt, ge, truth, both, either, has, set: (x) => new PySet(x), dict: (x) => new Dict(x),
  day, date, timedelta, monthrange, call, attr, setattr, item, setitem, slice, iter, unpack, items, object, format, regex, fullmatch: (p, s) => regex(p).fullmatch(s), search: (p, s) => regex(p).search(s),
  normalize: (form, s) => s.normalize(form), isNormalized: (form, s) => s.normalize(form) === s, digit, b, replace, pairwise, chain, combinations, bisect_left: bisect(false), bisect_right: bisect(true), partial, counter, investmentCode, data, shown, defaultdict: (make_) => new Dict([], make_), text, Dict, PySet, Day,
};
