// What the operators, calls and types of Python mean, for functions translated by zongmu.publish.inbrowser (there: `$`).
import { ArithmeticError, AttributeError, Exception, IndexError, KeyError, Keywords, LookupError, NotImplementedError, OverflowError, RuntimeError, StopIteration, SystemExit, TypeError_, ValueError, ZeroDivisionError, above, built, caught, classmethod, cls, crashed, dataclass, enumeration, fn, isOf, kw, make, method, model, oneOf, parsed, plain, property, raised, reads, rows, rule, static_ } from "./py-classes.js";
import { closeMatches } from "./near.js";
import { Day, Delta, date, day, monthrange, timedelta } from "./py-days.js";
import { attr, call, digit, format, item, items, iter, object, regex, setattr, setitem, slice, text, unpack } from "./py-texts.js";
import { Dict, NotImplemented, PySet, add, and, both, either, eq, floordiv, ge, gt, has, iadd, identity, ior, is, isNumber, key, le, lt, mod, mul, neg, number, or, order, pow, sub, truth, xor } from "./py-values.js";

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
export function sorted(x, ...how) {
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
export const b = {
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
  id: (x) => (typeof x === "object" && x !== null ? identity(x) : key(x)),
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

export const replace = (x, ...how) => Object.assign(Object.create(Object.getPrototypeOf(x)), x, options(how));
function* pairwise(x) { const all = [...iter(x)]; for (let n = 1; n < all.length; n++) yield [all[n - 1], all[n]]; }
function* chain(...many) { for (const one of many) yield* iter(one); }
function* combinations(x, n) {
  const all = [...iter(x)];
  if (n === 0) yield [];
  else for (let at = 0; at < all.length; at++) for (const rest of combinations(all.slice(at + 1), n - 1)) yield [all[at], ...rest];
}
const bisect = (after) => (a, x) => { let [low, high] = [0, a.length]; while (low < high) { const mid = (low + high) >> 1; if (after ? order(x, a[mid]) < 0 : order(a[mid], x) >= 0) high = mid; else low = mid + 1; } return low; };
const partial = (f, ...first) => (...rest) => f(...first, ...rest);
/** ISO 7064 MOD 11,10 over the digits of an investment project code; null in its old form, as zongmu.model.scalars.identifiers says. */
function investmentCode(code) {
  if (code.slice(2, 4) > "12") return null;
  let sum = 10;
  const digits = [...code.replace(/-/g, "")].map(Number);
  for (const n of digits.slice(0, -1)) sum = (((sum + n) % 10 || 10) * 2) % 11;
  return (sum + digits[digits.length - 1]) % 10 === 1;
}
/** Plain data as the program has it: mappings for objects. */
export const data = (x) => (Array.isArray(x) ? x.map(data) : x !== null && typeof x === "object" ? new Dict(Object.entries(x).map(([k, v]) => [k, data(v)])) : x);
/** A value of a trace as text, lists as lists; null stays. */
const shown = (x) => (x === null || x === undefined ? null : Array.isArray(x) ? x.map(shown) : x instanceof PySet ? [...x].map(shown) : text(x));
const counter = (x = []) => { const out = new Dict([], () => 0); for (const one of iter(x)) out.put(one, out.get(one, 0) + 1); return out; };

export const python = {
  fn, kw, cls, dataclass, model, plain, built, parsed, reads, rows, oneOf, enumeration, make, rule, method, property, classmethod, static: static_, above, raised, caught, crashed,
  NotImplemented, add, sub, mul, floordiv, mod, pow, neg, or, and, xor, iadd, ior, is, eq, lt, le, gt, ge, truth, both, either, has, set: (x) => new PySet(x), dict: (x) => new Dict(x),
  day, date, timedelta, monthrange, call, attr, setattr, item, setitem, slice, iter, unpack, items, object, format, regex, fullmatch: (p, s) => regex(p).fullmatch(s), search: (p, s) => regex(p).search(s),
  normalize: (form, s) => s.normalize(form), isNormalized: (form, s) => s.normalize(form) === s, digit, b, replace, pairwise, chain, combinations, bisect_left: bisect(false), bisect_right: bisect(true), partial, counter, closeMatches, investmentCode, data, shown, defaultdict: (make_) => new Dict([], make_), text, Dict, PySet, Day,
};
