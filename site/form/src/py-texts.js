// Texts, lists, attributes, regular expressions.
import { AttributeError, IndexError, NotImplementedError, TypeError_, ValueError } from "./py-classes.js";
import { Dict, eq, isNumber } from "./py-values.js";
import { sorted } from "./python.js";

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
  find: (s, x, at = 0) => s.indexOf(x, at),
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

export function call(x, name, args) {
  const known = typeof x === "string" ? STRING[name] : Array.isArray(x) ? LIST[name] : null;
  if (known) return known(x, ...args);
  const found = x === null || x === undefined ? undefined : x[name];
  if (typeof found !== "function") throw AttributeError(`${text(x)} has no ${name}`);
  return found.apply(x, args);
}
export function attr(x, name) {
  const found = x === null || x === undefined ? undefined : x[name];
  if (found !== undefined) return typeof found === "function" && typeof x === "object" ? found.bind(x) : found;
  if (name === "__dict__") return new Dict(Object.entries(x));
  throw AttributeError(`${text(x)} has no ${name}`);
}
export const setattr = (x, name, value) => { x[name] = value; };
export function item(x, n) {
  if (x instanceof Dict) return x.at(n);
  if (x !== null && typeof x === "object" && x.__getitem__) return x.__getitem__(n);
  const all = typeof x === "string" ? Array.from(x) : x;
  const at = n < 0 ? all.length + n : n;
  if (!(at in all)) throw IndexError(`no item ${n}`);
  return all[at];
}
export function setitem(x, n, value) {
  if (x instanceof Dict) x.put(n, value);
  else x[n < 0 ? x.length + n : n] = value;
}
export function slice(x, from, to, step) {
  const all = typeof x === "string" ? Array.from(x) : x;
  const by = step === null ? 1 : step;
  const bound = (n, low, high) => Math.min(Math.max(n < 0 ? n + all.length : n, low), high);
  let out;
  if (by > 0) out = all.slice(from === null ? 0 : bound(from, 0, all.length), to === null ? undefined : bound(to, 0, all.length)).filter((_, n) => n % by === 0);
  else out = all.slice(to === null ? 0 : bound(to, -1, all.length - 1) + 1, from === null ? undefined : bound(from, -1, all.length - 1) + 1).reverse().filter((_, n) => n % -by === 0);
  return typeof x === "string" ? out.join("") : out;
}
export function iter(x) {
  if (x !== null && x !== undefined) {
    if (x[Symbol.iterator]) return x;
    if (x.__iter__) return x.__iter__();
  }
  throw TypeError_(`${text(x)} cannot be walked through`);
}
export const unpack = (x) => [...iter(x)];
export const items = (x) => (x instanceof Dict ? x.items() : iter(x));
export const object = (x) => Object.fromEntries(items(x));

export function text(x) {
  if (x === null || x === undefined) return "None";
  if (typeof x === "boolean") return x ? "True" : "False";
  if (typeof x === "object" && x.__str__) return x.__str__();
  if (Array.isArray(x)) return `(${x.map(text).join(", ")})`;
  return String(x);
}
export function format(x, spec = "") {
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
export function regex(source, flags = "") {
  const patterns = new Map();
  const of = (text, more) => { const name = more + text; if (!patterns.has(name)) patterns.set(name, new RegExp(text, `${flags}u${more}`)); return patterns.get(name); };
  const run = (pattern, s, from, to) => {
    pattern.lastIndex = from ? units(s, from) : 0;
    const found = pattern.exec(to === undefined || to === null ? s : s.slice(0, units(s, to)));
    return found ? new Found(found) : null;
  };
  const self = {
    source,
    fullmatch: (s, from, to) => run(of(`(?:${source})$`, "y"), s, from, to),
    match: (s, from, to) => run(of(`(?:${source})`, "y"), s, from, to),
    search: (s, from, to) => run(of(source, "g"), s, from, to),
    finditer: function* (s, from, to) { const text = to === undefined || to === null ? s : s.slice(0, units(s, to)); const all = new RegExp(of(source, "g")); all.lastIndex = from ? units(s, from) : 0; for (let found = all.exec(text); found; found = all.exec(text)) { yield new Found(found); if (!found[0]) all.lastIndex += 1; } },
    findall: (s) => [...self.finditer(s)].map((f) => (f.found.length > 1 ? f.found[1] : f.found[0])),
    sub: (to, s) => { let out = "", last = 0; for (const f of self.finditer(s)) { out += s.slice(last, f.found.index) + (typeof to === "function" ? to(f) : to); last = f.found.index + f.found[0].length; } return out + s.slice(last); },
  };
  self.pattern = self;
  return self;
}
export const digit = (c, otherwise) => {
  const form = c.normalize("NFKC");
  if (/^[0-9]$/.test(form)) return Number(form);
  if (!/^\p{Nd}$/u.test(c)) return otherwise;
  let n = 0;
  while (n < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(c.codePointAt(0) - n - 1))) n += 1;
  return n;
};
