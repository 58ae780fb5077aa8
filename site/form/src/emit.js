// The one layout of a record, byte for byte as `zongmu fmt` writes it (zongmu.store.editing.emit and zongmu.store.editing.canonical).
const WIDTH = 100;
const BLOCK_LISTS = new Set(["milestones", "endorsements", "corrections"]);
const AT_THE_END = ["covers", "documents", "note"];
const UNSAFE_START = new Set("-?:,[]{}#&*!|>'\"%@`. \t");
const NUMBER = /^[-+]?(?:[0-9][0-9_,]*|0[xXoObB][0-9a-fA-F_]+|(?:[0-9][0-9_,]*)?\.[0-9_]*(?:[eE][-+]?[0-9_]*)?|[0-9][0-9_,]*[eE][-+]?[0-9_]+|[0-9][0-9_]*(?::[0-9]{1,2})+(?:\.[0-9_]*)?|\.?(?:[iI][nN][fF]|[iI][nN][fF][iI][nN][iI][tT][yY]|[nN][aA][nN]))$/;
const MOMENT = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]| +)[0-9]{1,2}:[0-9]{2}[-0-9:.TtZz+ ]*$/;
const WORDS = new Set(["y", "n", "yes", "no", "on", "off", "true", "false", "=", "<<", "~", "null"]);
const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Whether a text holds what no record may hold: control characters, tabs included. */
export const unwritable = (text) => CONTROL.test(text);

const isText = (text) => {
  if (!"0123456789+-.~=<yYnNoOtTfFiI".includes(text[0])) return true;
  return !(NUMBER.test(text) || MOMENT.test(text) || WORDS.has(text.toLowerCase()));
};

function bare(text, inside) {
  if (!text || UNSAFE_START.has(text[0]) || " :".includes(text[text.length - 1])) return false;
  if (text.includes(": ") || text.includes(" #") || text.includes("\n")) return false;
  if (inside && /[,[\]{}:]/.test(text)) return false;
  return isText(text);
}

function scalar(value, inside) {
  if (typeof value !== "string") return String(value);
  if (bare(value, inside)) return value;
  if (!value.includes("\n")) {
    if (!value.includes('"') && !value.includes("\\")) return `"${value}"`;
    return `'${value.replace(/'/g, "''")}'`;
  }
  return `"${value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`;
}

const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isHolder = (value) => value !== null && typeof value === "object";
const length = (text) => Array.from(text).length;

function inline(value, inside = true) {
  if (isMap(value)) return `{${Object.keys(value).map((k) => `${scalar(k, true)}: ${inline(value[k])}`).join(", ")}}`;
  if (Array.isArray(value)) return `[${value.map((v) => inline(v)).join(", ")}]`;
  return scalar(value, inside);
}

const isFlat = (value) =>
  Object.values(value).every((part) => !isHolder(part) && !(typeof part === "string" && part.includes("\n")));

function entry(key, value, indent) {
  const start = " ".repeat(indent) + scalar(key, true) + ":";
  if (typeof value === "string" && value.includes("\n")) return text(start, value, " ".repeat(indent + 2));
  if (!isHolder(value)) return [`${start} ${scalar(value, false)}`];
  if (!Object.keys(value).length) return [`${start} ${inline(value)}`];
  if (isFlat(value)) {
    const line = `${start} ${inline(value)}`;
    if (length(line) <= WIDTH) return [line];
  }
  if (isMap(value)) return [start, ...entries(value, indent + 2)];
  return [start, ...items(value, indent + 2, BLOCK_LISTS.has(key))];
}

const entries = (value, indent) => Object.keys(value).flatMap((key) => entry(key, value[key], indent));

function items(values, indent, block) {
  const pad = " ".repeat(indent);
  const inBrackets = !block && values.every((v) => !isMap(v) || (isFlat(v) && length(inline(v)) + indent <= WIDTH));
  return values.flatMap((value) => {
    if (isMap(value) && Object.keys(value).length && !inBrackets) {
      const [first, ...rest] = entries(value, indent + 2);
      return [`${pad}- ${first.slice(indent + 2)}`, ...rest];
    }
    return [`${pad}- ${inline(value, false)}`];
  });
}

function text(start, value, pad) {
  const body = value.replace(/\n+$/, "");
  const ends = value.length - body.length;
  if (!body || body[0] === " " || body[0] === "\n") return [`${start} ${scalar(value, false)}`];
  const lines = body.split("\n").map((line) => (line ? pad + line : ""));
  return [`${start} ${["|-", "|", "|+"][Math.min(ends, 2)]}`, ...lines, ...Array(Math.max(0, ends - 1)).fill("")];
}

/** Follows a reference of the schema, keeping what stands beside it. */
export function resolve(node, root) {
  while (node && node.$ref) {
    const { $ref, ...rest } = node;
    const found = $ref.split("/").slice(1).reduce((at, part) => at[part], root);
    node = { ...found, ...rest };
  }
  return node;
}

/** The definition of the milestones of one kind; null where there is none. */
export function familyOf(kind, root) {
  const union = root.$defs.Milestone;
  const branch = (union.allOf || []).find((one) => one.if.properties.kind.enum.includes(kind));
  return branch ? resolve(branch.then, root) : null;
}

/** Fields of a definition in the order in which they are written. */
export function fieldOrder(node, isAct) {
  const names = Object.keys(node.properties || {});
  return isAct ? [...names.filter((n) => !AT_THE_END.includes(n)), ...AT_THE_END.filter((n) => names.includes(n))] : names;
}

/** Data with the keys of every mapping in their order; unknown ones last. */
export function ordered(value, node, root) {
  const shape = node && resolve(node, root);
  if (Array.isArray(value)) return value.map((part) => ordered(part, shape && shape.items, root));
  if (!isMap(value)) return value;
  const union = shape && shape.allOf && shape.allOf.some((one) => one.then);
  const own = union ? familyOf(value.kind, root) : shape;
  const known = (own && own.properties) || {};
  const out = {};
  for (const name of own ? fieldOrder(own, Boolean(union)) : []) if (name in value) out[name] = ordered(value[name], known[name], root);
  for (const name of Object.keys(value)) if (!(name in out)) out[name] = ordered(value[name], null, root);
  return out;
}

/** A whole file under its header comments. */
export function document_(value, schema, header = []) {
  const lines = [...header];
  const sorted = ordered(value, schema, schema);
  for (const key of Object.keys(sorted)) {
    const made = entry(key, sorted[key], 0);
    if (made.length > 1 && Array.isArray(sorted[key]) && lines.length) lines.push("");
    lines.push(...made);
  }
  return lines.map((line) => `${line}\n`).join("");
}
