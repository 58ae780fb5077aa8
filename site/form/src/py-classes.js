// Functions with Python's parameters, classes, records built from plain data, errors.
import { Dict } from "./py-values.js";

// Numbers are whole: a result beyond 2^53 goes on as a BigInt. Tuples and lists are arrays; None is null.

export class Keywords {
  constructor(given) {
    this.given = given;
  }
}
export const kw = (given) => new Keywords(given);

/** A function with Python's parameters: `d` defaults, `k` keyword-only, `v` *rest, `o` **others. */
export function fn(body, names, { d = {}, k = [], v = false, o = false } = {}) {
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

export function cls(name, bases, make) {
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

export function dataclass(name, bases, parameters, ordered) {
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
export function model(name, bases, shape) {
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
export const plain = (value) => value;
export const built = (C) => (value) => C.build(value);
export const parsed = (C) => (value) => C.parse(value);
export const reads = (read) => (value) => read(value);
export const rows = (read) => (value) => value.map(read);
export const oneOf = (classes) => (value) => classes.find(([kinds]) => kinds.includes(value.kind))[1].build(value);

export function enumeration(name, members) {
  const E = (value) => E.__members__.find((m) => m.value === value);
  E.prototype = Object.create(Object.prototype, { constructor: { value: E }, valueOf: { value() { return this.value; } } });
  E.__mro__ = [E];
  E.__name__ = name;
  E.__members__ = members.map(([label, value]) => (E[label] = Object.assign(Object.create(E.prototype), { name: label, value })));
  E[Symbol.iterator] = () => E.__members__[Symbol.iterator]();
  return E;
}

export const make = (C, fields) => Object.assign(Object.create(C.prototype), fields);
export const rule = (run, facts) => Object.assign((...args) => run(...args), facts, { run });
export const method = (C, name, f) => Object.defineProperty(C.prototype, name, { value(...args) { return f(this, ...args); }, configurable: true, writable: true });
export const property = (C, name, f) => Object.defineProperty(C.prototype, name, { get() { return f(this); }, configurable: true });
export const classmethod = (C, name, f) => {
  C[name] = function (...args) { return f(this, ...args); };
  C.prototype[name] = function (...args) { return f(this.constructor, ...args); };
};
export const static_ = (C, name, value) => {
  C[name] = value;
  C.prototype[name] = value;
};
export const above = (C, self, name, args) => C.__bases__[0].prototype[name].apply(self, args);
export const isOf = (x, C) => x !== null && typeof x === "object" && typeof C === "function" && Boolean(x.constructor.__mro__ && x.constructor.__mro__.includes(C));

// ── errors ──

export const Exception = cls("Exception", [], (self, args) => { self.args = args; self.stack = new Error(String(args[0])).stack; });
method(Exception, "toString", (self) => `${self.constructor.__name__}: ${self.args.join(", ")}`);
const error = (name, base = Exception) => cls(name, [base], (self, args) => { self.args = args; self.stack = new Error(`${name} ${args[0]}`).stack; });
export const ValueError = error("ValueError");
export const TypeError_ = error("TypeError");
export const LookupError = error("LookupError");
export const KeyError = error("KeyError", LookupError);
export const IndexError = error("IndexError", LookupError);
export const AttributeError = error("AttributeError");
export const ArithmeticError = error("ArithmeticError");
export const ZeroDivisionError = error("ZeroDivisionError", ArithmeticError);
export const OverflowError = error("OverflowError", ArithmeticError);
export const RuntimeError = error("RuntimeError");
export const NotImplementedError = error("NotImplementedError", RuntimeError);
export const StopIteration = error("StopIteration");
export const SystemExit = cls("SystemExit", []);
export const raised = (what) => (typeof what === "function" ? what() : what);
export const caught = (e, kinds) => (Array.isArray(kinds) ? kinds : [kinds]).some((K) => isOf(e, K) || (K === Exception && e instanceof Error));
export const crashed = (e) => { throw e; };
