// Days as datetime.date has them.
import { Keywords, OverflowError, ValueError } from "./py-classes.js";
import { NotImplemented } from "./py-values.js";

const JUMP = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const leap = (y) => (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
const daysIn = (y, m) => (m === 2 && leap(y) ? 29 : [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1]);
const ordinal = (y, m, d) => { const p = y - 1; return p * 365 + Math.floor(p / 4) - Math.floor(p / 100) + Math.floor(p / 400) + JUMP[m - 1] + (m > 2 && leap(y) ? 1 : 0) + d; };

export class Day {
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
export class Delta {
  constructor(days) { this.days = days; }
  __add__(other) { return other instanceof Day ? day(other.n + this.days) : new Delta(this.days + other.days); }
  __sub__(other) { return new Delta(this.days - other.days); }
  __mul__(n) { return new Delta(this.days * n); }
  __neg__() { return new Delta(-this.days); }
  __eq__(other) { return other instanceof Delta && other.days === this.days; }
  __hash__() { return `t${this.days}`; }
  __bool__() { return this.days !== 0; }
}
export const day = (n) => { if (n < 1 || n > 3652059) throw OverflowError("date value out of range"); return new Day(n); };
export function date(...args) {
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
export const timedelta = (...args) => { const k = args[args.length - 1] instanceof Keywords ? args.pop().given : {}; return new Delta((args[0] || 0) + (k.days || 0) + 7 * (k.weeks || 0)); };
export const monthrange = (y, m) => [(ordinal(y, m, 1) + 6) % 7, daysIn(y, m)];
