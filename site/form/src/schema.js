// From the published schema to the schemas that the form draws: references followed, titles in one language, codes as choices.
import { familyOf, fieldOrder, resolve } from "./emit.js";
import { readMoney, yuan } from "./money.js";
import { LANG, t } from "./texts.js";

const BODY = "^(?:[a-z][a-z0-9]*/[a-z0-9][a-z0-9-]*)$(?!\\n)";
const BODY_FIELDS = /^(owner|demand|builder|user|lead|partners|partner_towns|operator|implementing_body|body|applicant|to|with|venue|payee|issuer|unit|from|responsible|consulted|authority|by|winner_org|supplier_org)$/;

/** {schema, ui} of one field or group, for the form. */
export function drawn(node, root, name = "") {
  const full = resolve(node, root);
  const title = full["x-title"] ? full["x-title"][LANG] : name;
  const about = full["x-about"] ? full["x-about"][LANG] : "";
  const cites = (full["x-clause"] || "").split(/,\s*/).filter(Boolean).flatMap((at) => (root.measures || []).filter((m) => at.startsWith(`${m.prefix}-`)).map((m) => ({ at, measure: m.id, article: /^[^-]+-(\d+)/.exec(at)[1] })));
  const base = { title };
  const ui = about || cites.length ? { "ui:help": { about, cites } } : {};
  if (full.enum) {
    const titles = full["x-titles"] || {};
    const oneOf = full.enum.map((code) => ({ const: code, title: titles[code] ? titles[code][LANG] : String(code) }));
    return { schema: { ...base, type: "string", oneOf }, ui: { ...ui, "ui:widget": "codes" } };
  }
  switch (full.type) {
    case "boolean":
      return { schema: { ...base, type: "boolean" }, ui: { ...ui, "ui:widget": "flag" } };
    case "integer":
      return { schema: { ...base, type: "integer" }, ui: { ...ui, "ui:widget": "whole" } };
    case "array": {
      const item = resolve(full.items, root);
      if (item.type === "object" || item.properties) {
        const inner = drawn(item, root);
        return { schema: { ...base, type: "array", items: { ...inner.schema, title: "" } }, ui: { ...ui, items: inner.ui } };
      }
      return { schema: { ...base, type: "array", items: { type: "string" } }, ui: { ...ui, "ui:widget": "several", "ui:options": { choices: choices(item), bodies: item.pattern === BODY && BODY_FIELDS.test(name) } } };
    }
    case "object":
      return group(full, root, fieldOrder(full, false), base, ui);
    default: {
      const pattern = full.pattern || "";
      if (pattern.includes("万元")) return { schema: { ...base, type: "string" }, ui: { ...ui, "ui:widget": "money" } };
      if (full.format === "date") return { schema: { ...base, type: "string" }, ui: { ...ui, "ui:widget": "day" } };
      if (name === "sha256") return { schema: { ...base, title: LANG === "en" ? "File (digest)" : "文件（摘要）", type: "string" }, ui: { "ui:widget": "attachment" } };
      if (pattern === BODY && BODY_FIELDS.test(name)) return { schema: { ...base, type: "string" }, ui: { ...ui, "ui:widget": "body" } };
      const long = full.maxLength === 4000;
      const example = full.examples && full.examples[0];
      return { schema: { ...base, type: "string" }, ui: { ...ui, "ui:widget": long ? "lines" : "line", ...(example ? { "ui:placeholder": String(example) } : {}) } };
    }
  }
}

const choices = (item) => item.enum && item.enum.map((code) => [code, item["x-titles"] && item["x-titles"][code] ? item["x-titles"][code][LANG] : code]);

/** A mapping with some of its fields. */
export function group(full, root, names, base = { title: "" }, ui = {}) {
  const properties = {};
  const inner = { ...ui };
  for (const name of names) {
    const made = drawn(full.properties[name], root, name);
    properties[name] = made.schema;
    inner[name] = made.ui;
  }
  const required = (full.required || []).filter((name) => names.includes(name));
  return { schema: { ...base, type: "object", properties, ...(required.length ? { required } : {}) }, ui: inner };
}

/** The sections of the form: [key, fields, those shown at first]. Fields that no section names come under "plan". */
export function sections(root) {
  const parts = [
    ["identity", ["name", "level", "class", "nature", "path", "channel", "ground", "funding_form", "subtype", "region", "system_class", "om_kind", "class_ground", "investment_code", "external_ids", "original_project", "original_investment", "parent_project", "framework", "host", "name_en", "secrecy", "secrecy_review"], 9],
    ["bodies", ["owner", "implementing_body", "responsible", "builder", "user", "lead", "partners", "partner_towns", "demand", "operator", "buyer_name"], 3],
    ["content", ["summary", "necessity", "content", "policy_basis", "content_types", "scope", "necessity_public", "content_public", "policy_basis_public", "summary_en", "custom_software", "software_development", "has_data", "comprehensive", "cross_level", "single_content", "unified_om", "government_investment", "government_control", "exclusion_reason", "tags"], 4],
    ["resources", ["shared_resources", "data_catalog", "hosting", "civil", "supervision", "security", "builds", "extends", "maintains"], 3],
    ["rows", ["payments", "progress", "om_costs", "waivers", "reasons", "attestations", "questions", "corrections"], 0],
  ];
  const left = ["format", "id", "jurisdiction", "milestones"];
  const named = new Set([...left, ...parts.flatMap((p) => p[1])]);
  const known = (names) => names.filter((n) => n in root.properties);
  const rest = Object.keys(root.properties).filter((n) => !named.has(n));
  const out = parts.map(([key, names, count]) => ({ key, names: known(names), first: known(names).slice(0, count) }));
  out.splice(4, 0, { key: "plan", names: rest, first: [] });
  return out;
}

/** Kinds of milestones with their titles, those that the measure uses first. */
export function kindsOf(root, measures) {
  const item = root.$defs.Milestone.properties.kind;
  const used = new Map(measures.flatMap((m) => Object.entries(m.kinds)));
  const title = (code) => (used.has(code) ? used.get(code).title[LANG === "en" ? 1 : 0] : item["x-titles"] ? item["x-titles"][code][LANG] : code);
  const codes = [...used.keys(), ...item.enum.filter((c) => !used.has(c))].filter((c) => item.enum.includes(c));
  return codes.map((code) => [code, title(code)]);
}

/** The kinds for choosing, in groups: what may come next by the stages of the measure, what it names, all others. */
export function kindGroups(kinds, measures, acts) {
  const have = new Set(acts.map((a) => a.kind));
  const next = new Set();
  for (const { stages } of measures) {
    const at = stages.reduce((last, some, n) => (some.some((k) => have.has(k)) ? n : last), -1);
    for (const some of stages.slice(at + 1, at + 3)) for (const kind of some) if (!have.has(kind)) next.add(kind);
  }
  const named = new Set(measures.flatMap((m) => Object.keys(m.kinds)));
  return [
    ["kindsNext", kinds.filter(([code]) => next.has(code))],
    ["kindsNamed", kinds.filter(([code]) => named.has(code) && !next.has(code))],
    ["kindsOther", kinds.filter(([code]) => !named.has(code) && !next.has(code))],
  ];
}

/** The fields of a milestone that are shown: needed, filled, and asked for by the person. */
export function milestoneFields(kind, root, needs, data, extra) {
  const family = familyOf(kind, root);
  if (!family) return null;
  const names = fieldOrder(family, true).filter((n) => n !== "kind");
  const core = new Set([...(family.required || []), ...needs, "date", "number", "total", "amount", "documents", ...extra]);
  const shown = names.filter((n) => core.has(n) || data[n] !== undefined);
  return { family, shown, hidden: names.filter((n) => !shown.includes(n)) };
}

/** What stands at a field path: the names on the way, and its definition. */
function walk(path, schema) {
  const names = [];
  let node = schema;
  let row = false; // the next part says which row of a list
  for (const part of path.split("/")) {
    node = node && resolve(node, schema);
    if (node && node.allOf && node.allOf.some((o) => o.then)) {
      const kind = node.properties.kind;
      row = false;
      if (/^\d+$/.test(part)) { names.push(part); continue; }
      if (kind["x-titles"] && kind["x-titles"][part]) { names.push(kind["x-titles"][part][LANG]); node = node.allOf.find((o) => o.if.properties.kind.enum.includes(part)).then; continue; }
    }
    const properties = (node && node.properties) || {};
    const kinds = row && properties.kind && resolve(properties.kind, schema)["x-titles"];
    if (kinds && kinds[part]) { names.push(kinds[part][LANG]); row = false; continue; }
    row = false;
    if (!properties[part]) { names.push(part); continue; }
    const full = resolve(properties[part], schema);
    if (part !== "milestones") names.push(full["x-title"] ? full["x-title"][LANG] : part);
    row = full.type === "array" && Boolean(full.items);
    node = row ? full.items : full;
  }
  return { names, node: node && resolve(node, schema) };
}

/** What a field path is called: 签订合同 · 合同金额. */
export const pathTitle = (path, schema) => walk(path, schema).names.join(" · ");

/** A value as a person says it: codes by their titles, bodies by their names, amounts with their exact 元. */
export function valueText(path, value, schema, bodies) {
  if (Array.isArray(value)) return value.map((v) => valueText(path, v, schema, bodies)).join(LANG === "en" ? ", " : "、");
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  const text = String(value);
  if (path.endsWith("sha256")) return `${text.slice(0, 16)}…`;
  const { node } = walk(path, schema);
  const titles = node && node["x-titles"];
  if (titles && titles[text]) return titles[text][LANG];
  const body = bodies.find(([ref]) => ref === text);
  if (body) return body[LANG === "en" ? 2 : 1];
  const money = node && (node.pattern || "").includes("万元") ? readMoney(text, "万元") : null;
  return money ? `${text}（${yuan(money.fen)} 元）` : text;
}
