// A draft before the law: what `zongmu check` would find in it, what nobody can say yet, which days come next, what will be asked.
import { nodeAt, validate } from "./check.js";
import { defects, guards, lawOf, rulings, worldOf } from "./law.js";
import { pathTitle } from "./schema.js";
import { LANG, two } from "./texts.js";

const worlds = new WeakMap();

function worldFor(kit, common, law, asof) {
  if (!worlds.has(kit)) worlds.set(kit, new Map());
  const byDay = worlds.get(kit);
  if (!byDay.has(asof)) byDay.set(asof, worldOf(law, { ...kit, roles: common.roles }, asof));
  return byDay.get(asof);
}

export const today = (common) => common.asOf || new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);

/** The draft without what the schema refuses: the rest can be judged already; null where nothing is left to judge. */
export function sound(record, kit, common, problems) {
  let out = record;
  let wrong = problems;
  // What lost a field that a row cannot be without is no row any more, so it is asked again.
  for (let round = 0; wrong.length && round < 4; round++) {
    out = without(out, wrong);
    wrong = validate(out, kit, common).filter((p) => p.code !== "schema.missing-field" || p.pointer.length > 1);
  }
  return wrong.length ? null : out;
}

function without(record, problems) {
  const out = JSON.parse(JSON.stringify(record));
  const gone = [];
  for (const { code, pointer } of problems) {
    const at = code === "schema.missing-field" ? pointer.slice(0, -1) : pointer;
    if (!at.length) continue;
    const parent = at.slice(0, -1).reduce((here, part) => (here === undefined || here === null ? undefined : here[part]), out);
    if (parent === undefined || parent === null) continue;
    if (Array.isArray(parent)) gone.push([parent, parent[at[at.length - 1]]]);
    else if (typeof parent === "object") delete parent[at[at.length - 1]];
  }
  for (const [list, row] of gone) if (list.includes(row)) list.splice(list.indexOf(row), 1);
  return out;
}

/** Where a field path of a finding stands in the draft: milestones/contract_signed/2/amount → milestones, 3, amount. */
export function pointerOf(path, record) {
  const out = [];
  let here = record;
  const parts = (path || "").split("/").filter(Boolean);
  for (let n = 0; n < parts.length; n++) {
    if (!Array.isArray(here)) {
      out.push(parts[n]);
      here = here === undefined || here === null ? undefined : here[parts[n]];
      continue;
    }
    const seq = /^\d+$/.test(parts[n + 1] || "") ? parts[n + 1] : null;
    let at = here.findIndex((row) => row && row.kind === parts[n] && String(row.seq || 1) === (seq || "1"));
    if (at >= 0 && seq) n += 1;
    if (at < 0) at = here.findIndex((row) => row && [row.id, row.seq, row.item, row.resource, row.unit, row.month, row.year, row.date].some((v) => v !== undefined && String(v) === parts[n]));
    if (at < 0) break;
    out.push(String(at));
    here = here[at];
  }
  return out;
}

const looked = new Map();

/** What no text of the draft may hold, as the guards of the check say: findings; null before the law is there. */
export function hitsIn(record, kit) {
  const law = lawOf(kit.id);
  if (!law) return null;
  const out = [];
  const scan = (value, pointer) => {
    if (typeof value === "string") {
      if (!looked.has(value)) looked.set(value, guards(law, value));
      for (const { code, block, message, next } of looked.get(value)) {
        out.push({ code, category: "record", level: block ? "blocking" : "warning", pointer, title: titleAt(pointer, record, kit), message: two(message), next: two(next) });
      }
    } else if (value !== null && typeof value === "object") {
      for (const key of Object.keys(value)) scan(value[key], [...pointer, key]);
    }
  };
  scan(record, []);
  if (looked.size > 2000) looked.clear();
  return out;
}

const SEVERE = { 3: "blocking", 2: "warning", 1: "notice" };

/** {findings, unknown, due, crashed} of a draft: findings as the check gives them; null before the law is there. */
export function judge(record, kit, common) {
  const law = lawOf(kit.id);
  if (!law) return null;
  const world = worldFor(kit, common, law, today(common));
  const told = defects(law, world, record);
  const findings = told.found.map((f) => {
    const pointer = pointerOf(f.path, record);
    return { code: f.code, category: "record", level: SEVERE[f.severity], pointer, path: f.path, key: f.key, instead: f.instead, title: titleAt(pointer, record, kit), message: two(f.message), next: two(f.next) };
  });
  const asked = rulings(law, world, record);
  const unknown = new Map();
  const due = [];
  for (const r of asked.rulings) {
    const measure = kit.measures.find((m) => m.id === r.measure);
    const rule = measure.rules[r.rule];
    if (!rule) continue;
    if (r.outcome === "fail") {
      const at = [...r.trace].reverse().find((s) => s.path);
      const pointer = pointerOf(at && at.path, record);
      findings.push({
        code: r.rule, category: "law", level: SEVERE[r.severity] || "none", path: at && at.path, key: r.at, pointer, title: titleAt(pointer, record, kit), addressee: r.addressee, advisory: r.advisory,
        message: `${two(rule.title)}${LANG === "en" ? ": " : "："}${two(measure.words[r.because || "fail"] || common.because[r.because || "fail"] || [r.because, r.because])}`,
        next: two(r.because === "late" && r.severity === 3 ? common.late : rule.cure), cites: rule.cites, details: details(r, measure), by: r.addressee ? two(measure.roles[r.addressee]) : "",
      });
    } else if (r.outcome === "undetermined" && r.due && r.because === "not_due") {
      due.push({ day: r.due, title: two(rule.title), by: r.addressee ? two(measure.roles[r.addressee]) : "", cites: rule.cites, provisional: r.provisional, key: `${r.rule}/${r.at || ""}` });
    } else if (r.outcome === "undetermined" && r.because === "missing_field") {
      for (const step of r.trace) if (step.say === "missing" && step.path) unknown.set(step.path, [...(unknown.get(step.path) || []), two(rule.title)]);
    }
  }
  due.sort((a, b) => (a.day < b.day ? -1 : 1));
  return { findings, unknown: [...unknown].map(([path, rules]) => ({ path, pointer: pointerOf(path, record), title: pathTitle(path, kit.schema), rules })), due, crashed: [...told.crashed, ...asked.crashed] };
}

function titleAt(pointer, record, kit) {
  const node = nodeAt(pointer, record, kit.schema);
  return node && node["x-title"] ? node["x-title"][LANG] : "";
}

/** What is lacking and by when, from the trace: codes by their titles. */
function details(ruling, measure) {
  const out = [];
  for (const step of ruling.trace) {
    if (step.say === "lacking" && Array.isArray(step.value)) out.push(["lacking", step.value.map((code) => two(measure.documents[code]) || code)]);
  }
  if (ruling.due) out.push(["dueDay", [ruling.due]]);
  return out;
}

/** What a measure will ask for: [{rule, kinds, papers}] of the rules that speak of such a project once it has lived through all. */
export function asked(measure, kit, common, { facts, total }) {
  const law = lawOf(kit.id);
  if (!law) return null;
  const world = worldFor(kit, common, law, measure.life.day);
  const life = measure.life.project;
  const project = {
    ...life,
    ...Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
    milestones: life.milestones.map((act) => ({ ...act, ...(act.total ? { total } : {}), ...(act.amount ? { amount: total } : {}) })),
  };
  const out = new Map();
  for (const r of rulings(law, world, project).rulings) {
    const rule = measure.rules[r.rule];
    if (r.measure !== measure.id || r.outcome === "not_applicable" || !rule) continue;
    const row = out.get(r.rule) || { id: r.rule, ...rule, papers: new Map() };
    for (const step of r.trace) {
      const parts = (step.path || "").split("/");
      const at = parts.indexOf("documents");
      if (parts[0] !== "milestones" || at < 0) continue;
      // A paper is named by its place, or is on the list of what must be there.
      const names = at + 1 < parts.length ? [parts[at + 1]] : step.say === "lacking" && Array.isArray(step.value) ? step.value : [];
      row.papers.set(parts[1], new Set([...(row.papers.get(parts[1]) || []), ...names]));
    }
    out.set(r.rule, row);
  }
  return [...out.values()];
}
