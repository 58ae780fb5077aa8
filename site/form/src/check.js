// The record held against the published schema; what is wrong is said in the words of the check (zongmu.store.fitting.codes).
import { Validator } from "@cfworker/json-schema";
import { causeOf, noDay } from "./causes.js";
import { familyOf, resolve, unwritable } from "./emit.js";
import { offered } from "./law.js";
import { pathTitle } from "./schema.js";
import { LANG, two } from "./texts.js";

const validators = new Map();

function validatorFor(schema) {
  if (!validators.has(schema)) validators.set(schema, new Validator(strip(schema), "2020-12", false));
  return validators.get(schema);
}

// Remarks of the schema cost time and say nothing; the address of the schema is no base for its references.
function strip(node) {
  if (Array.isArray(node)) return node.map(strip);
  if (node === null || typeof node !== "object") return node;
  const out = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === "$id" || key === "description" || key === "examples" || key.startsWith("x-") || key === "markdownEnumDescriptions") continue;
    out[key] = key === "properties" || key === "$defs" ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, strip(v)])) : key === "enum" ? value : strip(value);
  }
  return out;
}

const decode = (pointer) =>
  pointer.split("/").slice(1).map((part) => decodeURIComponent(part).replace(/~1/g, "/").replace(/~0/g, "~"));

/** The definition of the field at a pointer, or null. */
export function nodeAt(pointer, data, root) {
  let node = root;
  let value = data;
  for (const part of pointer) {
    node = node && resolve(node, root);
    if (node && node.allOf && node.allOf.some((one) => one.then)) node = familyOf(value && value.kind, root) || node;
    if (!node) return null;
    node = Array.isArray(value) ? node.items : node.properties && node.properties[part];
    value = value === undefined || value === null ? undefined : value[part];
  }
  return node ? resolve(node, root) : null;
}

const titleOf = (node, name) => (node && node["x-title"]) || { zh: name, en: name };

const show = (value) => {
  if (value !== null && typeof value === "object") return Array.isArray(value) ? "[…]" : "{…}";
  const text = String(value);
  return Array.from(text).slice(0, 40).join("") + (Array.from(text).length > 40 ? "…" : "");
};

function typeName(type) {
  const names = { string: ["文字", "text"], integer: ["整数", "a whole number"], number: ["数", "a number"], boolean: ["真假值", "true or false"], array: ["列表", "a list"], object: ["一组“键: 值”", "keys with values"] };
  return two(names[type] || ["别的东西", "something else"]);
}

const foundType = (value) => (Array.isArray(value) ? "array" : typeof value === "number" ? "integer" : typeof value);

// The check speaks to whoever reads the file, of its keys; the form shows none.
const inTitles = (text) => text.replace(/ ?\{field\}（\{title_zh\}）/, "“{title_zh}”").replace("{field} ({title_en})", "“{title_en}”").replace("{where_", "{titled_");

/** Everything wrong: [{code, pointer, message, said, next, title}], in the order of the form; *said* is the message in titles. */
export function validate(data, { id, schema }, common) {
  const result = validatorFor(schema).validate(data);
  const seen = new Set();
  const out = [];
  const add = (code, pointer, values) => {
    const key = `${code}:${pointer.join("/")}`;
    if (seen.has(key)) return;
    seen.add(key);
    const texts = common.codes[code];
    const node = nodeAt(pointer, data, schema);
    const field = pointer[pointer.length - 1] || "";
    const title = titleOf(node, field);
    const all = { field, title_zh: title.zh, title_en: title.en, where_zh: "", where_en: "", hint_zh: "", hint_en: "", ...values };
    const fill = (text) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in all ? all[name] : whole));
    out.push({ code, pointer, title: title[LANG] || field, message: fill(two(texts.message)), said: fill(inTitles(two(texts.message))), next: fill(two(texts.next)) });
  };
  for (const error of result.errors) tell(error, data, schema, common, add, (...asked) => offered(id, ...asked));
  for (const [pointer, value] of noDays(data, [], data, schema)) add("schema.pattern", pointer, { value: show(value), ...formOf(causeOf(value, nodeAt(pointer, data, schema), common.causes)) });
  for (const pointer of controls(data, [])) add("schema.not-accepted", pointer, { value: "U+" });
  for (const [pointer, value] of twins(data)) add("schema.duplicate-row", pointer, { value, first: "" });
  return out.sort((a, b) => order(a, b, schema));
}

function order(a, b, schema) {
  const names = Object.keys(schema.properties);
  return names.indexOf(a.pointer[0]) - names.indexOf(b.pointer[0]) || String(a.pointer[1] || "").localeCompare(String(b.pointer[1] || ""), undefined, { numeric: true });
}

// Rows go by what they are and not by their place, as in every message of the check: milestones/declared/2.
function identity(pointer, data) {
  let value = data;
  return pointer
    .map((part, n) => {
      const list = Array.isArray(value);
      value = value === undefined || value === null ? undefined : value[part];
      if (!list || !value || typeof value !== "object") return part;
      return rowName(value, part, n === 1 ? SERIES[pointer[0]] : undefined);
    })
    .join("/");
}

function rowName(row, part, natural) {
  if (natural) return row[natural] === undefined ? part : row[natural];
  if (row.kind) return row.seq ? `${row.kind}/${row.seq}` : row.kind;
  const name = ["id", "seq", "item", "resource", "unit", "month", "project"].find((n) => row[n] !== undefined);
  return name ? row[name] : part;
}

const formOf = ([zh, en]) => ({ form_zh: zh, form_en: en });

const placed = (pointer, data, schema) => {
  const where = identity(pointer, data);
  const title = where && pathTitle(where, schema);
  return { where_zh: where ? `${where} ` : "项目", where_en: where || "The project", titled_zh: where ? `${title} ` : "项目", titled_en: title || "The project" };
};

function tell(error, data, schema, common, add, offer) {
  const pointer = decode(error.instanceLocation.replace(/^#/, ""));
  const value = pointer.reduce((at, part) => (at === undefined || at === null ? undefined : at[part]), data);
  const node = nodeAt(pointer, data, schema) || {};
  switch (error.keyword) {
    case "required": {
      const name = (/"([^"]*)"/.exec(error.error) || [])[1];
      if (!name || (value && typeof value === "object" && name in value)) return;
      const inner = nodeAt([...pointer, name], data, schema);
      const example = (inner && inner.examples && inner.examples[0]) || (inner && inner.enum && inner.enum[0]) || "…";
      add("schema.missing-field", [...pointer, name], { example: `${name}: ${example}`, ...placed(pointer, data, schema) });
      return;
    }
    case "enum": {
      const kind = pointer[pointer.length - 1] === "kind" && pointer.length === 3;
      add(kind ? "schema.unknown-kind" : "schema.not-in-list", pointer, { value: show(value), ...offer(kind ? "kinds" : "codes", value, node.enum || [], node["x-titles"] || {}) });
      return;
    }
    case "pattern":
    case "format": {
      if (node.enum) return; // the list says more
      const form = causeOf(String(value), node, common.causes) || common.forms[node.pattern] || ["请对照字段说明改正", "Compare with the description of the field"];
      add("schema.pattern", pointer, { value: show(value), ...formOf(form) });
      return;
    }
    case "minLength":
      add("schema.too-short", pointer, {});
      return;
    case "maxLength":
      add("schema.too-long", pointer, { length: Array.from(String(value)).length, limit: node.maxLength });
      return;
    case "minItems":
      add("schema.empty-list", pointer, {});
      return;
    case "minimum":
    case "maximum":
      add("schema.out-of-range", pointer, {
        value: show(value),
        limit_zh: error.keyword === "minimum" ? `不能小于 ${node.minimum}` : `不能大于 ${node.maximum}`,
        limit_en: error.keyword === "minimum" ? `${node.minimum} at least` : `${node.maximum} at most`,
      });
      return;
    case "type":
      add("schema.wrong-type", pointer, { expected_zh: typeName(node.type), expected_en: typeName(node.type), found_zh: typeName(foundType(value)), found_en: typeName(foundType(value)) });
      return;
    case "additionalProperties": {
      const name = (/"([^"]*)"/.exec(error.error) || [])[1];
      // A field that is wrong in itself is not taken for one of the known by the library: it is no unknown key.
      const own = (node.allOf && value && familyOf(value.kind, schema)) || node;
      if (name && !(own.properties && name in own.properties)) add("schema.unknown-key", [...pointer, name], { name, ...offer("keys", name, Object.keys(own.properties || {}), keyTitles(own, schema)), ...placed(pointer, data, schema) });
      return;
    }
    default:
  }
}

const keyTitles = (node, schema) => Object.fromEntries(Object.entries(node.properties || {}).map(([name, field]) => [name, titleOf(resolve(field, schema), name)]));

// The schema cannot say that there is no 31 February where a month alone would do too.
function* noDays(value, at, data, schema) {
  if (typeof value === "string") {
    if (noDay(value, nodeAt(at, data, schema))) yield [at, value];
  } else if (value !== null && typeof value === "object") for (const key of Object.keys(value)) yield* noDays(value[key], [...at, key], data, schema);
}

function* controls(value, at) {
  if (typeof value === "string" && unwritable(value)) yield at;
  else if (value !== null && typeof value === "object") for (const key of Object.keys(value)) yield* controls(value[key], [...at, key]);
}

// Lists whose rows go by one field, as in SERIES of zongmu.model.records.project (costs of a year by its number too); and others of which no two rows may be the same.
const SERIES = { payments: "seq", om_costs: "year", progress: "date", standards: "seq", waivers: "seq", reasons: "seq", attestations: "seq", questions: "seq", corrections: "seq" };
const UNIQUE = { ...SERIES, scope: "id", data_catalog: "id", indicators: "id", shared_resources: "resource" };

function* twins(data) {
  for (const [list, key] of [...Object.entries(UNIQUE), ["milestones", null]]) {
    const seen = new Set();
    for (const [n, row] of (Array.isArray(data[list]) ? data[list] : []).entries()) {
      const id = key === "year" ? row.year && `${row.year}/${row.seq || 1}` : key ? row[key] : row.kind && `${row.kind}/${row.seq || 1}`;
      if (id !== undefined && id !== "" && seen.has(id)) yield [[list, String(n), key || "seq"], id];
      seen.add(id);
    }
  }
}
