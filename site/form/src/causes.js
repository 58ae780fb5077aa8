// Why a value does not fit its form, by the names of zongmu.model.scalars, whose words come with the data of the page.
const HAN = "〇一二三四五六七八九";
const NUMBER = "[0-9]{1,3}|[〇零一二三四五六七八九十百]{1,5}";
const REPUBLIC = new RegExp(`^(?:中[华華])?民[国國](元|${NUMBER})年?[-./]?(?:(${NUMBER})月?[-./]?(?:(${NUMBER})[日号號]?)?)?$`);
const DECIMALS = { 元: 2, 万元: 6, 亿元: 10 };

const fold = (text) => text.normalize("NFKC").replace(/\s/g, "");

function number(text) {
  if (/^\d+$/.test(text)) return Number(text);
  if (!/[十百]/.test(text)) return Number(Array.from(text, (c) => Math.max(HAN.indexOf(c), 0)).join(""));
  let total = 0;
  let digit = 0;
  for (const sign of text) {
    if (sign === "十" || sign === "百") {
      total += (digit || 1) * (sign === "十" ? 10 : 100);
      digit = 0;
    } else digit = Math.max(HAN.indexOf(sign), 0);
  }
  return total + digit;
}

/** What a day in years of the Republic means in ours, 2022-03-01; null where the text names no such year. */
export function inCommonEra(text) {
  const found = text.length <= 40 && REPUBLIC.exec(fold(text));
  if (!found) return null;
  const parts = found.slice(2).filter(Boolean).map((part) => String(number(part)).padStart(2, "0"));
  return [String(1911 + (found[1] === "元" ? 1 : number(found[1]))), ...parts].join("-");
}

/** Whether the calendar has the day of 2026-02-28. */
export function exists(day) {
  const [y, m, d] = day.split("-").map(Number);
  const at = new Date(Date.UTC(y, m - 1, d));
  return at.getUTCMonth() === m - 1 && at.getUTCDate() === d;
}

/** Whether *value* has the form that the field *node* wants of a day, and is none of the calendar. */
export const noDay = (value, node) => /^\d{4}-\d{2}-\d{2}$/.test(value) && Boolean(node) && (node.pattern || "").includes("(?:19|20)") && new RegExp(node.pattern).test(value) && !exists(value);

/** The words, [zh, en], for why *value* is no value of the field *node*; undefined where only its form can be told. */
export function causeOf(value, node, causes) {
  const ours = inCommonEra(value);
  if (ours !== null) return causes.republic.map((text) => text.replace("{ours}", ours));
  const name = nameOf(value, node.pattern || "", node);
  return name ? causes[name] : undefined;
}

function nameOf(value, pattern, node) {
  const dates = node.format === "date";
  const money = pattern.includes("万元");
  const ratio = pattern.includes(")?%");
  const duration = pattern.includes("工作日");
  if (!dates && !money && !ratio && !duration && !pattern.includes("(?:19|20)")) return null;
  if (noDay(value, node)) return "day_not_in_calendar";
  const accepts = new RegExp(pattern);
  if (value.length <= 128) {
    const squeezed = value.replace(/\s/g, "");
    if (squeezed !== value && accepts.test(squeezed)) return "scalar_space";
    if (fold(value) !== squeezed && accepts.test(fold(value))) return "scalar_fullwidth";
  }
  if (value.length > 64) return null;
  if (dates) return /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value) ? "day_out_of_range" : null;
  if (ratio) return /^[0-9]+(?:\.[0-9]+)?$/.test(value) ? "ratio_sign_missing" : null;
  if (duration) return /^[0-9]+$/.test(value) ? "duration_unit_missing" : null;
  return money ? ofMoney(value) : null;
}

function ofMoney(value) {
  if (/^[0-9]+(?:\.[0-9]+)?万?$/.test(value)) return "money_unit_missing";
  if (/^[-−－]/.test(value)) return "money_negative";
  if (/^[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]+)?(?:[万亿]?元)?$/.test(value)) return "money_separator";
  const parts = /^(?:0|[1-9][0-9]{0,12})\.([0-9]+)([万亿]?元)$/.exec(value);
  if (parts && parts[1].length > DECIMALS[parts[2]]) return "money_too_precise";
  return /^[0-9]+(?:\.[0-9]+)?[万亿]?元$/.test(value) ? "money_too_large" : null;
}
