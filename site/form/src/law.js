// The law of a jurisdiction at work in the page: zongmu.publish.inbrowser made its script, python.js gives that its meaning.
import { python as $ } from "./python.js";

const made = new Map();

/** The rules and checks of a jurisdiction with the engine that asks them; null before the script is there. */
export function lawOf(jurisdiction) {
  if (!made.has(jurisdiction)) {
    const script = window.zongmuLaws && window.zongmuLaws[jurisdiction];
    if (!script) return null;
    made.set(jurisdiction, script($));
  }
  return made.get(jurisdiction);
}

/** What all questions share: {settings, years, roles, vocabulary}, as plain data, on a day. */
export function worldOf(law, { settings, years, roles, vocabulary = [] }, asof) {
  const days = (list) => $.b.frozenset(list.map((d) => $.date.fromisoformat(d)));
  const instance = law.Instance.build(settings);
  return {
    instance,
    laws: law.measures.map((m) => law.Law(m.measure, m.parameters, instance)),
    calendar: law.Calendar(years.map((y) => law.WorkYear(y.year, y.status, days(y.off), days(y.on)))),
    asof: $.date.fromisoformat(asof),
    roles: $.dict(Object.entries(roles).map(([role, bodies]) => [role, $.b.frozenset(bodies)])),
    names: $.b.frozenset(vocabulary),
  };
}

const told = (x) => (x instanceof $.Day ? x.isoformat() : x === undefined ? null : typeof x === "bigint" ? Number(x) : x);

/** What every rule (or those of *only*) says of a project: plain data; and what crashed. */
export function rulings(law, world, data, only = null) {
  const project = law.Project.build(data);
  const out = [];
  const crashed = [];
  law.measures.forEach(({ id, measure, rules }, n) => {
    const context = law.ProjectContext(project, world.laws[n], world.asof, world.calendar, world.instance, world.roles);
    const loaded = { measure, rules };
    for (const rule of rules) {
      if (only && !only.has(rule.id)) continue;
      guarded(rule.id, crashed, () => {
        for (const ruling of law.ask(context, loaded, rule, data.id)) out.push({ measure: id, ...plainly(ruling) });
      });
    }
  });
  return { rulings: out, crashed };
}

/** What the checks of a record find: [{code, severity, path, key, message, next}]; and what crashed. */
export function defects(law, world, data) {
  const project = law.Project.build(data);
  const context = law.CheckContext(project, "project", $.kw({
    id: data.id || "", path: "", data: $.data(data), asof: world.asof, instance: world.instance, jurisdiction: data.jurisdiction, codes: $.dict([]), rules: world.names,
  }));
  const found = [];
  const crashed = [];
  for (const [id, run] of Object.entries(law.checks)) {
    guarded(id, crashed, () => {
      for (const p of run(context)) {
        found.push({ code: p.code.id, severity: p.severity.value, path: p.path, key: p.key || p.path, instead: p.values.get("instead"), ...worded(p.code, p.values) });
      }
    });
  }
  return { found, crashed };
}

/** Which of the known fields, kinds or codes a word may have been meant for, in the words of the check; *titles*: name → {zh, en}. */
export function offered(jurisdiction, what, word, known, titles) {
  const law = lawOf(jurisdiction);
  if (!law || (what !== "codes" && typeof word !== "string")) return { hint_zh: "", hint_en: "", allowed_zh: known.join("、"), allowed_en: known.join(", ") };
  const [hint, allowed] = law.offered[what](word, known, $.dict(Object.entries(titles).map(([name, { zh, en }]) => [name, [zh, en]])));
  return { hint_zh: hint.zh, hint_en: hint.en, allowed_zh: allowed.zh, allowed_en: allowed.en };
}

/** What no text may hold: [{code, block, message, next}] of one text; never the passage. */
export function guards(law, text) {
  const { thorough, code_for: codeFor, values_for: valuesFor } = law.guards;
  return [...thorough(text)].map((hit) => {
    const code = codeFor(hit.kind);
    return { code: code.id, block: hit.block, ...worded(code, valuesFor(hit)) };
  });
}

/** The message of a code and what to do next, with values in them: [zh, en] each. */
function worded({ message, next_step: next }, values) {
  const fill = (words) => words.replace(/\{(\w+)\}/g, (_, name) => $.text(values.get(name)));
  return { message: [fill(message.zh), fill(message.en)], next: [fill(next.zh), fill(next.en)] };
}

function guarded(id, crashed, run) {
  try {
    run();
  } catch (error) {
    crashed.push({ id, error: error && error.args ? `${error.constructor.__name__}: ${error.args.map($.text).join(", ")}` : String(error), stack: error && error.stack });
  }
}

function plainly(ruling) {
  const v = ruling.verdict;
  return {
    rule: ruling.rule.id,
    outcome: v.outcome.value,
    because: v.because,
    severity: ruling.severity.value,
    addressee: ruling.addressee,
    advisory: ruling.advisory,
    at: v.at,
    due: told(v.due),
    until: told(v.until),
    excess: told(v.excess),
    provisional: v.provisional,
    cites: v.cites,
    caps: v.caps.map((c) => [c.severity.value, c.why]),
    trace: v.trace.map((s) => ({ say: s.say, path: s.path, param: s.param, comparator: s.comparator, holds: s.holds, value: $.shown(s.value), limit: $.shown(s.limit) })),
  };
}
