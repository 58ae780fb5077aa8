import Form from "@rjsf/core";
import { Fragment, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { forbiddenIn, nodeAt, validate } from "./check.js";
import { document_, resolve } from "./emit.js";
import { asked, judge, sound, today } from "./judge.js";
import { forgeLink, manifestOf, packageOf, save, sheet } from "./handin.js";
import { lawOf } from "./law.js";
import { readMoney, yuan } from "./money.js";
import { readYaml } from "./read.js";
import { group, kindsOf, milestoneFields, pathTitle, sections } from "./schema.js";
import { sha256Text } from "./sha256.js";
import { LANG, t, two } from "./texts.js";
import { Shared, templates, widgets } from "./widgets.jsx";

// The fields only draw; the record as a whole is validated in check.js.
const noValidation = {
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  toErrorList: () => [],
  rawValidation: () => ({ errors: [] }),
  isValid: () => true,
};
const DEFAULTS = { constAsDefaults: "never", emptyObjectFields: "skipDefaults", arrayMinItems: { populate: "never" } };
const UI = { "ui:globalOptions": { orderable: false, copyable: false, addable: true, removable: true } };
const DRAFT = "zongmu-draft-1";

function clean(value) {
  if (Array.isArray(value)) {
    const out = value.map(clean).filter((v) => v !== undefined);
    return out.length ? out : undefined;
  }
  if (value !== null && typeof value === "object") {
    const out = {};
    for (const key of Object.keys(value)) {
      const inner = clean(value[key]);
      if (inner !== undefined) out[key] = inner;
    }
    return Object.keys(out).length ? out : undefined;
  }
  return value === "" || value === null ? undefined : value;
}

const pick = (data, names) => Object.fromEntries(names.filter((n) => data[n] !== undefined).map((n) => [n, data[n]]));

function useScript(city, base) {
  const [, again] = useState(0);
  useEffect(() => {
    if (!city || window.zongmuForm[city]) return;
    for (const name of [city, `${city}.law`]) {
      const script = document.createElement("script");
      script.src = `${base}submit/${name}.js`;
      script.onload = () => again((n) => n + 1);
      document.head.appendChild(script);
    }
  }, [city]);
  const kit = city ? window.zongmuForm[city] : null;
  if (kit && !kit.schema.prefixes) Object.defineProperty(kit.schema, "prefixes", { value: kit.measures.map((m) => m.prefix) });
  return kit;
}

function blank(city, common) {
  const year = (common.asOf || new Date().toISOString()).slice(0, 4);
  const taken = common.projects.filter((id) => id.startsWith(`${city}-${year}-`)).map((id) => Number(id.split("-").pop()));
  const next = String(Math.max(0, ...taken) + 1).padStart(4, "0");
  return { format: 1, id: `${city}-${year}-${next}`, jurisdiction: city, secrecy: "none", milestones: [] };
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(DRAFT));
  } catch {
    return null;
  }
}

export function App({ common, base }) {
  const first = useMemo(stored, []);
  const asked = new URLSearchParams(location.search).get("id");
  const [city, setCity] = useState(first ? first.city : common.jurisdictions[0].id);
  const kit = useScript(city, base);
  const [data, setData] = useState(first ? first.data : () => blank(common.jurisdictions[0].id, common));
  const [loaded, setLoaded] = useState(first ? first.loaded : null); // {data, header, text}
  const [note, setNote] = useState(first ? t("draftFound") : "");
  const [version, setVersion] = useState(0);
  const [papers, setPapers] = useState(() => new Map());
  const [submitter, setSubmitter] = useState((first && first.submitter) || { unit: "", office: "", paper: "" });

  const record = useMemo(() => clean(data) || {}, [data]);
  const secrets = useMemo(() => [...forbiddenIn(record)], [record]);
  const keep = useRef(() => {});
  keep.current = () => {
    if (secrets.length) return; // what must not be recorded is not kept anywhere
    try {
      localStorage.setItem(DRAFT, JSON.stringify({ city, data: record, loaded, submitter }));
    } catch {
      setNote(t("draftNot"));
    }
  };
  useEffect(() => {
    const wait = setTimeout(() => keep.current(), 400);
    return () => clearTimeout(wait);
  }, [record, loaded, submitter, city]);
  useEffect(() => {
    const now = () => keep.current();
    window.addEventListener("pagehide", now);
    return () => window.removeEventListener("pagehide", now);
  }, []);

  const start = (where, fresh, from, said) => {
    setCity(where);
    setData(fresh);
    setLoaded(from);
    setNote(said || "");
    setVersion((n) => n + 1);
  };
  const open = async (text, name) => {
    try {
      const read = name.endsWith(".json") ? { data: JSON.parse(text), header: [], comments: 0 } : readYaml(text);
      const found = read.data.record || read.data;
      if (!common.jurisdictions.some((j) => j.id === found.jurisdiction)) throw new Error("jurisdiction");
      start(found.jurisdiction, found, { data: found, header: read.header, digest: sha256Text(text) }, read.comments ? t("commentsLost", { n: read.comments }) : "");
    } catch (why) {
      setNote(`${t("cannotRead")}${why.place ? `${why.place.join(":")} ` : ""}${why.message}`);
    }
  };
  const openPublic = async (id) => {
    try {
      const answer = await fetch(`${base}projects/${encodeURIComponent(id)}.json`);
      if (!answer.ok) throw new Error(String(answer.status));
      const body = await answer.json();
      const where = id.split("-")[0];
      start(where, { ...blank(where, common), ...publicFacts(body) }, null, t("openPublicNote"));
    } catch (why) {
      setNote(`${t("cannotRead")}${why.message}`);
    }
  };
  useEffect(() => {
    if (asked && common.projects.includes(asked)) openPublic(asked);
  }, []);

  const problems = useMemo(() => {
    if (!kit) return [];
    const found = validate(record, kit.schema, common);
    for (const { pointer, what } of secrets) {
      const node = nodeAt(pointer, record, kit.schema);
      found.unshift({ code: "guard", pointer, title: node && node["x-title"] ? node["x-title"][LANG] : "", message: t("forbidden", { what: t(what) }), next: "" });
    }
    return found;
  }, [record, kit, secrets]);
  const verdict = useVerdict(record, kit, common, problems);
  const byField = useMemo(() => {
    const out = new Map();
    const marked = verdict ? verdict.findings.filter((f) => f.category === "record" && f.level === "blocking") : [];
    for (const p of [...problems, ...marked]) {
      const id = ["p", ...p.pointer].join("/");
      out.set(id, [...(out.get(id) || []), p]);
    }
    return out;
  }, [problems, verdict]);
  const addPaper = useCallback((digest, paper) => setPapers((old) => new Map(old).set(digest, paper)), []);
  const shared = useMemo(
    () => ({ bodies: common.bodies.filter(([ref]) => ref.startsWith(`${city}/`)), problems: byField, papers, addPaper }),
    [city, byField, papers],
  );

  return (
    <Shared.Provider value={shared}>
      <datalist id="zf-bodies">{shared.bodies.map(([ref, zh]) => <option key={ref} value={zh}>{ref}</option>)}</datalist>
      <Opening {...{ common, city, start, open, openPublic, loaded }} />
      {note ? <p className="zf-note" role="status">{note}</p> : null}
      {kit ? (
        <div className="zf-columns">
          <div className="zf-main">
            <Id {...{ data, setData }} />
            {sections(kit.schema).slice(0, 4).map((s) => <Section key={`${version}-${s.key}`} {...{ section: s.key, names: s.names, shownFirst: s.first, data, setData, kit }} />)}
            <Milestones key={`${version}-m`} {...{ data, setData, kit }} />
            {sections(kit.schema).slice(4).map((s) => <Section key={`${version}-${s.key}`} {...{ section: s.key, names: s.names, shownFirst: s.first, data, setData, kit }} />)}
          </div>
          <aside className="zf-aside">
            <Check {...{ problems, verdict }} />
            <Law {...{ record, kit, common }} />
            {loaded ? <Changes {...{ record, loaded, kit, setData }} /> : null}
          </aside>
          <HandIn {...{ record, loaded, kit, papers, submitter, setSubmitter, problems, secrets, clear: () => { localStorage.removeItem(DRAFT); start(city, blank(city, common), null, ""); } }} />
        </div>
      ) : null}
    </Shared.Provider>
  );
}

// What describes a project and may begin another: no acts, no rows, no numbers of its own.
const ITS_OWN = ["format", "id", "milestones", "payments", "progress", "om_costs", "waivers", "reasons", "attestations", "corrections", "standards", "planned", "withheld", "investment_code", "external_ids"];

function publicFacts(body) {
  const facts = body.project || {};
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !ITS_OWN.includes(name)));
}

function Opening({ common, city, start, open, openPublic, loaded }) {
  const input = useRef(null);
  const [id, setId] = useState("");
  return (
    <div className="zf-opening">
      {common.jurisdictions.length > 1 ? (
        <label>{t("city")} <select value={city} onChange={(e) => start(e.target.value, blank(e.target.value, common), null, "")}>
          {common.jurisdictions.map((j) => <option key={j.id} value={j.id}>{two(j.title)}</option>)}
        </select></label>
      ) : null}
      <button type="button" className="zf-button" onClick={() => start(city, blank(city, common), null, "")}>{t("new")}</button>
      <label className="zf-file">{t("open")} <input ref={input} type="file" accept=".yaml,.yml,.json" onChange={(e) => { const f = e.target.files[0]; if (f) { const r = new FileReader(); r.onload = () => open(r.result, f.name); r.readAsText(f); } e.target.value = ""; }} /></label>
      {common.projects.length && location.protocol !== "file:" ? (
        <form className="zf-row" onSubmit={(e) => { e.preventDefault(); openPublic(id.trim()); }}>
          <label htmlFor="zf-public">{t("openPublic")}</label> <input id="zf-public" list="zf-projects" value={id} onChange={(e) => setId(e.target.value)} size="18" />
          <datalist id="zf-projects">{common.projects.map((p) => <option key={p} value={p} />)}</datalist>
          <button className="zf-button">{t("load")}</button>
        </form>
      ) : null}
      {loaded ? <span className="zf-chip">{loaded.data.id}</span> : null}
    </div>
  );
}

const Id = ({ data, setData }) => (
  <p className="zf-id"><label htmlFor="p/id">{t("id")}</label> <input id="p/id" value={data.id || ""} onChange={(e) => setData((d) => ({ ...d, id: e.target.value.trim() }))} /> <small>{t("idNote")}</small></p>
);

function Drawn({ full, root, names, value, onChange, prefix }) {
  const made = useMemo(() => group(full, root, names), [full, names.join()]);
  return (
    <Form schema={made.schema} uiSchema={{ ...made.ui, ...UI }} formData={value} onChange={(e) => onChange(e.formData || {})} validator={noValidation} widgets={widgets} templates={templates}
      idPrefix={prefix} idSeparator="/" noHtml5Validate noValidate showErrorList={false} tagName="div" experimental_defaultFormStateBehavior={DEFAULTS}><Fragment /></Form>
  );
}

function Section({ data, setData, kit, names, shownFirst, section: name }) {
  const [all, setAll] = useState(false);
  const shown = all ? names : names.filter((n) => shownFirst.includes(n) || data[n] !== undefined);
  const change = (now) => setData((old) => {
    const next = { ...old };
    for (const n of shown) delete next[n];
    return { ...next, ...now };
  });
  return (
    <section className="zf-section" id={`s-${name}`}>
      <h2>{t(name)}</h2>
      {shown.length ? <Drawn full={kit.schema} root={kit.schema} names={shown} value={pick(data, shown)} onChange={change} prefix="p" /> : null}
      {shown.length < names.length || all ? <button type="button" className="zf-button zf-quiet" onClick={() => setAll(!all)}>{all ? t("fewer") : `${t("more")} (${names.length - shown.length})`}</button> : null}
    </section>
  );
}

function Milestones({ data, setData, kit }) {
  const acts = Array.isArray(data.milestones) ? data.milestones : [];
  const kinds = useMemo(() => kindsOf(kit.schema, kit.measures), [kit]);
  const set = (n, act) => setData((old) => ({ ...old, milestones: old.milestones.map((m, i) => (i === n ? act : m)) }));
  const add = (kind) => {
    if (!kind) return;
    const used = acts.filter((m) => m.kind === kind).map((m) => m.seq || 1);
    setData((old) => ({ ...old, milestones: [...(old.milestones || []), used.length ? { kind, seq: Math.max(...used) + 1 } : { kind }] }));
  };
  return (
    <section className="zf-section" id="s-milestones">
      <h2>{t("milestones")}</h2>
      {acts.map((act, n) => <Act key={n} {...{ act, n, kit, kinds, onChange: (now) => set(n, now), onRemove: () => setData((old) => ({ ...old, milestones: old.milestones.filter((_, i) => i !== n) })) }} />)}
      <label>{t("addMilestone")} <select id="zf-add-milestone" value="" onChange={(e) => add(e.target.value)}>
        <option value="">{t("choose")}</option>
        {kinds.map(([code, title]) => <option key={code} value={code}>{title}</option>)}
      </select></label>
    </section>
  );
}

function Act({ act, n, kit, kinds, onChange, onRemove }) {
  const [extra, setExtra] = useState([]);
  const [open, setOpen] = useState(act.date === undefined);
  const uses = kit.measures.map((m) => m.kinds[act.kind]).filter(Boolean);
  const needs = uses.flatMap((u) => u.requires);
  const fields = milestoneFields(act.kind, kit.schema, needs, act, extra);
  const title = (kinds.find(([code]) => code === act.kind) || [act.kind, act.kind])[1];
  const label = (name) => { const node = fields && resolve(fields.family.properties[name], kit.schema); return node && node["x-title"] ? node["x-title"][LANG] : name; };
  return (
    <details className="zf-act" open={open} onToggle={(e) => e.target === e.currentTarget && setOpen(e.target.open)} id={`a-p/milestones/${n}`}>
      <summary>{act.date ? `${act.date} ` : ""}{title}{act.seq ? ` (${act.seq})` : ""} {uses[0] && uses[0].by ? <small>{t("confirmedBy")} {two(uses[0].by)}</small> : null}</summary>
      {needs.length ? <p className="zf-help">{t("needs")}: {needs.filter((x) => fields && fields.family.properties[x]).map(label).join(LANG === "en" ? ", " : "、")}</p> : null}
      {fields ? <Drawn full={fields.family} root={kit.schema} names={fields.shown} value={pick(act, fields.shown)} onChange={(now) => onChange({ ...pick(act, ["kind"]), ...now })} prefix={`p/milestones/${n}`} /> : null}
      <p className="zf-row">
        {fields && fields.hidden.length ? (
          <select aria-label={t("more")} value="" onChange={(e) => setExtra([...extra, e.target.value])}>
            <option value="">{t("more")}…</option>
            {fields.hidden.map((x) => <option key={x} value={x}>{label(x)}</option>)}
          </select>
        ) : null}
        <button type="button" className="zf-button zf-quiet" onClick={onRemove}>{t("remove")}</button>
      </p>
    </details>
  );
}

function goTo(pointer) {
  for (let n = pointer.length; n > 0; n--) {
    const id = ["p", ...pointer.slice(0, n)].join("/");
    const place = document.getElementById(`f-${id}`) || document.getElementById(`a-${id}`) || document.getElementById(id) || (n === 1 && document.getElementById(`s-${pointer[0]}`));
    if (!place) continue;
    for (let up = place.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
    place.scrollIntoView({ block: "center" });
    const inner = place.querySelector("input,select,textarea") || place;
    if (inner.focus) inner.focus({ preventScroll: true });
    return;
  }
}

/** The law is asked when the typing pauses. */
function useVerdict(record, kit, common, problems) {
  const [verdict, setVerdict] = useState(null);
  const ready = kit && lawOf(kit.id) !== null;
  useEffect(() => {
    if (!ready) return undefined;
    const wait = setTimeout(() => {
      const without = sound(record, problems);
      // A row that lost what it cannot be without goes too.
      setVerdict(judge(sound(without, validate(without, kit.schema, common)), kit, common));
    }, verdict ? 250 : 0);
    return () => clearTimeout(wait);
  }, [record, ready, problems]);
  return ready ? verdict : null;
}

const Told = ({ finding }) => (
  <li className={`zf-${finding.level || "blocking"}`}>
    <a href={`#f-${["p", ...finding.pointer].join("/")}`} onClick={(e) => { e.preventDefault(); goTo(finding.pointer); }}>{finding.message}</a>
    {(finding.details || []).map(([kind, names]) => <small key={kind} className="zf-detail">{t(kind)} {names.join(LANG === "en" ? ", " : "、")}</small>)}
    {finding.next ? <small>{finding.next}</small> : null}
    <code>{finding.cites && finding.cites.length ? finding.cites.join(", ") : finding.code}</code>
  </li>
);

function Group({ name, note, rows, open, id, children }) {
  return rows.length ? (
    <details className={`zf-told zf-told-${id}`} open={open}>
      <summary>{t(name)} <span className="zf-number">{rows.length}</span></summary>
      {note ? <p className="zf-help">{t(note)}</p> : null}
      {children || <ol className="zf-problems">{rows.map((f, n) => <Told key={n} finding={f} />)}</ol>}
    </details>
  ) : null;
}

function Check({ problems, verdict }) {
  const found = verdict ? verdict.findings : [];
  const defects = [...problems, ...found.filter((f) => f.category === "record" && f.level === "blocking")];
  const law = found.filter((f) => f.category === "law");
  const mine = law.filter((f) => !f.addressee);
  const breaches = mine.filter((f) => f.level === "blocking");
  const remarks = [...mine.filter((f) => f.level !== "blocking"), ...found.filter((f) => f.category === "record" && f.level !== "blocking")];
  const theirs = law.filter((f) => f.addressee);
  return (
    <section className="zf-panel" id="zf-check">
      <h2>{t("check")}{defects.length ? <span className="zf-count"> {defects.length} {t("problems")}</span> : null}</h2>
      <p className="zf-seen" role="status">{defects.length ? t("seenDefects", { n: defects.length, m: breaches.length }) : breaches.length ? t("seenBreaches", { m: breaches.length }) : ""}</p>
      {defects.length || breaches.length ? null : <p className="zf-good">{t("allGood")}</p>}
      <Group id="defects" name="defects" rows={defects} open />
      <Group id="breaches" name="breaches" note="breachesNote" rows={breaches} open />
      <Group id="remarks" name="remarks" rows={remarks} open={false} />
      <Group id="theirs" name="theirs" rows={theirs} open={false}><ol className="zf-problems">{theirs.map((f, n) => <Told key={n} finding={{ ...f, next: f.by }} />)}</ol></Group>
      <Group id="due" name="due" rows={verdict ? verdict.due : []} open>
        <ul className="zf-days">{verdict ? verdict.due.map((d) => <li key={d.key}><time dateTime={d.day}>{d.day}</time> {d.title}{d.provisional ? <small> {t("provisional")}</small> : null}<small>{[d.by, d.cites.join(", ")].filter(Boolean).join(" · ")}</small></li>) : null}</ul>
      </Group>
      <Group id="unknown" name="unknown" note="unknownNote" rows={verdict ? verdict.unknown : []} open={false}>
        <ul>{verdict ? verdict.unknown.map((u) => <li key={u.path}><a href={`#f-p/${u.path}`} onClick={(e) => { e.preventDefault(); goTo(u.pointer); }}>{u.title}</a> <small>{t("rulesWait", { n: u.rules.length })}</small></li>) : null}</ul>
      </Group>
    </section>
  );
}

function totalOf(record) {
  let best = null;
  for (const act of record.milestones || []) for (const name of ["total", "amount"]) if (typeof act[name] === "string") { const m = readMoney(act[name], "万元"); if (m && (best === null || name === "total")) best = best === null || name === "total" ? m.fen : best; }
  return best;
}

function Law({ record, kit, common }) {
  const total = totalOf(record);
  return (
    <section className="zf-panel" id="zf-law">
      <h2>{t("law")}</h2>
      <p className="zf-help">{t("lawNote")} {total === null ? t("lawNoAmount") : `${t("lawAmount")} ${yuan(total)} 元。`} {record.class && record.path ? "" : t("lawChoose")}</p>
      {kit.measures.map((m) => <Measure key={m.id} {...{ m, record, total, kit, common }} />)}
    </section>
  );
}

function Measure({ m, record, total, kit, common }) {
  const { class: cls, path, level } = record;
  const ready = lawOf(kit.id) !== null;
  const rules = useMemo(
    () => asked(m, kit, common, { facts: { class: cls, path, level }, total: `${yuan(total === null ? 100n : total).replace(/,/g, "")}元` }) || [],
    [m, cls, path, level, total === null ? "" : String(total), ready],
  );
  const have = new Set((record.milestones || []).map((a) => a.kind));
  const groups = new Map();
  for (const rule of rules) {
    const kind = rule.kinds.find((k) => m.kinds[k]) || "";
    if (!groups.has(kind)) groups.set(kind, []);
    groups.get(kind).push(rule);
  }
  const order = ["", ...Object.keys(m.kinds)].filter((k) => groups.has(k));
  return (
    <div className="zf-measure">
      <h3>{two(m.title)}{m.until && m.until < today(common) ? <small> {t("expired")}</small> : null}</h3>
      {order.map((kind) => {
        const papers = new Map();
        for (const rule of groups.get(kind)) for (const [on, names] of rule.papers) if (on === kind) for (const p of names) papers.set(p, two(m.documents[p]) || p);
        return (
          <details key={kind}>
            <summary>{kind ? two(m.kinds[kind].title) : t("atStart")}{have.has(kind) ? <small> ✓ {t("recorded")}</small> : null}</summary>
            {papers.size ? <p className="zf-papers">{t("papers")}: {[...papers.values()].join(LANG === "en" ? ", " : "、")}</p> : null}
            <ul>{groups.get(kind).map((rule) => <li key={rule.id}>{two(rule.title)} <small>{rule.cites.join(", ")}{rule.modality === "principle" ? ` · ${t("principle")}` : rule.modality === "must" ? ` · ${t("must")}` : ""}</small></li>)}</ul>
          </details>
        );
      })}
    </div>
  );
}

function* leaves(value, at = []) {
  if (value !== null && typeof value === "object" && !(Array.isArray(value) && value.every((v) => v === null || typeof v !== "object"))) {
    for (const [key, inner] of Object.entries(value)) {
      const name = Array.isArray(value) && inner && typeof inner === "object" ? (inner.kind ? `${inner.kind}${inner.seq ? `/${inner.seq}` : ""}` : inner.id || inner.resource || (inner.seq !== undefined ? String(inner.seq) : inner.year || inner.date || key)) : key;
      yield* leaves(inner, [...at, name]);
    }
  } else if (value !== undefined) yield [at.join("/"), Array.isArray(value) ? value.join("、") : String(value)];
}

function Changes({ record, loaded, kit, setData }) {
  const before = new Map(leaves(clean(loaded.data)));
  const after = new Map(leaves(record));
  const rows = [];
  for (const [path, value] of after) if (before.get(path) !== value) rows.push([path, before.get(path), value]);
  for (const [path, value] of before) if (!after.has(path)) rows.push([path, value, undefined]);
  const isFact = (path) => { const node = kit.schema.properties[path.split("/")[0]]; return node && node["x-change"] === "fact"; };
  const fixed = new Set((record.corrections || []).map((c) => `${c.of}/${c.field || ""}`));
  const silent = rows.filter(([path, old]) => old !== undefined && isFact(path) && !path.startsWith("corrections/") && ![...fixed].some((f) => path.replace(/^milestones\//, "").startsWith(f)));
  const correct = () => {
    const reason = window.prompt(t("reasonAsk"));
    if (!reason) return;
    setData((d) => {
      const corrections = [...(d.corrections || [])];
      let seq = Math.max(0, ...corrections.map((c) => c.seq || 0));
      for (const [path, old, now] of silent) {
        if (now === undefined) continue;
        const parts = path.replace(/^milestones\//, "").split("/");
        const inAct = path.startsWith("milestones/");
        const wide = inAct ? (/^\d+$/.test(parts[1]) ? 2 : 1) : 2;
        seq += 1;
        corrections.push({ seq, of: parts.slice(0, wide).join("/"), field: parts.slice(wide).join("/"), was: old, date: new Date().toISOString().slice(0, 10), reason });
      }
      return { ...d, corrections };
    });
  };
  return (
    <section className="zf-panel" id="zf-changes">
      <h2>{t("changes")}</h2>
      {rows.length ? (
        <table><tbody>{rows.map(([path, old, now]) => <tr key={path}><th>{path}</th><td>{old === undefined ? <em>{t("added")}</em> : <del>{old}</del>}</td><td>{now === undefined ? <em>{t("removed")}</em> : <ins>{now}</ins>}</td></tr>)}</tbody></table>
      ) : <p>{t("noChanges")}</p>}
      {silent.length ? <p className="zf-bad">{t("factEdited")} <button type="button" className="zf-button" onClick={correct}>{t("addCorrection")}</button></p> : null}
    </section>
  );
}

function HandIn({ record, loaded, kit, papers, submitter, setSubmitter, problems, secrets, clear }) {
  const [forge, setForge] = useState({ kind: "gitlab", base: "", branch: "main" });
  const [said, setSaid] = useState("");
  const header = loaded && loaded.header.length ? loaded.header : [`# yaml-language-server: $schema=../../../../schema/${record.jurisdiction}/project.schema.json`];
  const text = useMemo(() => document_(record, kit.schema, header), [record, kit]);
  const folder = (record.owner || "").split("/")[1] || "unit";
  const path = `registry/projects/${record.jurisdiction}/${folder}/${record.id}.yaml`;
  const link = forgeLink(forge.kind, forge.base.trim(), forge.branch.trim() || "main", path, text);
  const bytes = link ? new TextEncoder().encode(link).length : 0;
  const rows = [...leaves(record)].filter(([p]) => !["format"].includes(p)).map(([p, value]) => {
    const money = typeof value === "string" && /[0-9](万元|亿元|元)$/.test(value) ? readMoney(value, "万元") : null;
    return [pathTitle(p, kit.schema), money ? `${value}（${yuan(money.fen)} 元）` : value];
  });
  const stop = secrets.length > 0;
  const part = (name) => (e) => setSubmitter({ ...submitter, [name]: e.target.value });
  return (
    <section className="zf-section zf-handin" id="zf-handin">
      <h2>{t("handIn")}</h2>
      {problems.length ? <p className="zf-bad">{problems.length} {t("problems")}</p> : null}
      <div className="zf-row">
        {["unit", "office", "paper"].map((name) => <label key={name}>{t(name)} <input id={`zf-${name}`} value={submitter[name]} onChange={part(name)} /></label>)}
      </div>
      <p className="zf-row">
        <button type="button" className="zf-button zf-first" id="zf-package" disabled={stop} onClick={() => { const made = packageOf(record, text, papers, submitter, loaded && loaded.digest, rows); save(`${record.id}-${made.code}.zip`, made.bytes, "application/zip"); setSaid(`${t("code")} ${made.code}`); }}>{t("package")}</button>
        <button type="button" className="zf-button" disabled={stop} onClick={() => { const { manifest, code } = manifestOf(record, text, papers, submitter, loaded && loaded.digest); const page = window.open(URL.createObjectURL(new Blob([sheet(record, rows, submitter, code, manifest)], { type: "text/html" }))); if (page) page.addEventListener("load", () => page.print()); }}>{t("sheet")}</button>
        <button type="button" className="zf-button" id="zf-download" disabled={stop} onClick={() => save(`${record.id}.yaml`, text, "application/yaml")}>{t("download")}</button>
        <button type="button" className="zf-button" disabled={stop} onClick={() => copy(text, setSaid)}>{t("copy")}</button>
        <button type="button" className="zf-button zf-quiet" onClick={clear}>{t("draftClear")}</button>
      </p>
      <p role="status" className="zf-good" id="zf-said">{said}</p>
      <p className="zf-help">{t("draftSaved")}</p>
      <details>
        <summary>{t("forge")}</summary>
        <p className="zf-help">{t("forgeNote")}</p>
        <div className="zf-row">
          <label>{t("forgeKind")} <select value={forge.kind} onChange={(e) => setForge({ ...forge, kind: e.target.value })}><option value="gitlab">GitLab</option><option value="github">GitHub</option><option value="gitea">Gitea / Forgejo</option><option value="gitee">Gitee</option></select></label>
          <label>{t("forgeAddress")} <input value={forge.base} placeholder="https://git.example/city/registry" onChange={(e) => setForge({ ...forge, base: e.target.value })} /></label>
          <label>{t("forgeBranch")} <input value={forge.branch} size="10" onChange={(e) => setForge({ ...forge, branch: e.target.value })} /></label>
        </div>
        {forge.kind === "gitee" ? <p>{t("forgeNone")}</p> : link && bytes > 8000 ? <p className="zf-bad">{t("forgeTooLong", { n: bytes })}</p> : link && !stop ? <p><a id="zf-forge-link" href={link} target="_blank" rel="noopener noreferrer">{t("forgeOpen")}</a></p> : null}
      </details>
      <details id="zf-preview">
        <summary>{t("preview")}</summary>
        <p className="zf-help">{t("path")} <code>{path}</code></p>
        <pre tabIndex="0"><code>{stop ? "" : text}</code></pre>
      </details>
    </section>
  );
}

function copy(text, said) {
  const area = document.createElement("textarea"); // the clipboard API needs HTTPS
  area.value = text;
  document.body.appendChild(area);
  area.select();
  said(document.execCommand("copy") ? t("copied") : "");
  area.remove();
}
