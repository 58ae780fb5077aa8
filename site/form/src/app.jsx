// The page: the draft, what is wrong with it, and the parts that draw both.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Changes } from "./changes.jsx";
import { validate } from "./check.js";
import { clean } from "./clean.js";
import { blank, forget, keep, publicFacts, replaced, setAside, stored } from "./draft.js";
import { HandIn } from "./handin.jsx";
import { hitsIn, judge, sound } from "./judge.js";
import { lawOf } from "./law.js";
import { Opening } from "./opening.jsx";
import { Check, Law } from "./panels.jsx";
import { Milestones, Section } from "./parts.jsx";
import { readYaml, Unreadable, utf8 } from "./read.js";
import { sections } from "./schema.js";
import { readPackage } from "./package.js";
import { sha256Text } from "./sha256.js";
import { Steps, Turns, stepOf, stepsOf, useStep } from "./steps.jsx";
import { t } from "./texts.js";
import { Shared } from "./widgets.jsx";

function useScript(city, base) {
  const [, again] = useState(0);
  const [failed, fail] = useState(null);
  useEffect(() => {
    if (!city || window.zongmuForm[city]) return;
    for (const name of [city, `${city}.law`]) {
      const script = document.createElement("script");
      script.src = `${base}submit/${name}.js`;
      script.onload = () => again((n) => n + 1);
      script.onerror = () => fail(city);
      document.head.appendChild(script);
    }
  }, [city]);
  const kit = city ? window.zongmuForm[city] : null;
  if (kit && !kit.schema.measures) Object.defineProperty(kit.schema, "measures", { value: kit.measures });
  return [kit, failed === city];
}

/** The law is asked when the typing pauses. */
function useVerdict(record, kit, common, problems) {
  const [verdict, setVerdict] = useState(null);
  const ready = kit && lawOf(kit.id) !== null;
  useEffect(() => {
    if (!ready) return undefined;
    const wait = setTimeout(() => {
      const draft = sound(record, kit, common, problems);
      setVerdict(draft && judge(draft, kit, common));
    }, verdict ? 250 : 0);
    return () => clearTimeout(wait);
  }, [record, ready, problems]);
  return ready ? verdict : null;
}

export function App({ common, base }) {
  const first = useMemo(() => stored(common), []);
  const wish = new URLSearchParams(location.search).get("id");
  const [city, setCity] = useState(first ? first.city : common.jurisdictions[0].id);
  const [kit, failed] = useScript(city, base);
  const [data, setData] = useState(first ? first.data : () => blank(common.jurisdictions[0].id, common));
  const [loaded, setLoaded] = useState(first ? first.loaded : null); // {data, header, text}
  const [note, setNote] = useState(first ? t("draftFound") : "");
  const [version, setVersion] = useState(0);
  const [papers, setPapers] = useState(() => new Map());
  const [submitter, setSubmitter] = useState((first && first.submitter) || { unit: "", office: "", paper: "" });

  const record = useMemo(() => clean(data) || {}, [data]);
  const ready = Boolean(kit) && lawOf(city) !== null;
  const hits = useMemo(() => (ready ? hitsIn(record, kit) : null), [record, kit, ready]);
  const secrets = (hits || []).filter((h) => h.level === "blocking");
  const store = useRef(() => {});
  store.current = () => {
    // What must not be recorded is not kept anywhere, and what was not looked at yet neither.
    if (hits && !secrets.length && !keep({ city, data: record, loaded, submitter })) setNote(t("draftNot"));
  };
  useEffect(() => {
    const wait = setTimeout(() => store.current(), 400);
    return () => clearTimeout(wait);
  }, [record, loaded, submitter, city]);
  useEffect(() => {
    const now = () => store.current();
    window.addEventListener("pagehide", now);
    return () => window.removeEventListener("pagehide", now);
  }, []);

  const [aside, putAside] = useState(() => replaced(common));
  const start = (where, fresh, from, said) => {
    const mine = JSON.stringify(record);
    if (mine !== JSON.stringify(clean(blank(city, common))) && mine !== JSON.stringify(clean(fresh)) && !secrets.length) putAside(setAside({ city, data: record, loaded, submitter }));
    setCity(where);
    setData(fresh);
    setLoaded(from);
    setNote(said || "");
    setVersion((n) => n + 1);
  };
  const back = () => {
    start(aside.city, aside.data, aside.loaded, "");
    setSubmitter(aside.submitter);
  };
  const known = (found) => {
    if (!common.jurisdictions.some((j) => j.id === found.jurisdiction)) throw new Unreadable(t("otherCity"));
    return found;
  };
  const open = (bytes, name) => {
    try {
      if (/\.zip$/i.test(name)) {
        const { text, base, papers: inside, submitter: by } = readPackage(bytes);
        const { data: found, header } = readYaml(text);
        start(known(found).jurisdiction, found, base ? { data: found, header, digest: base, text } : null, t("packageOpen", { n: inside.size }));
        setPapers(inside);
        setSubmitter(by);
        return;
      }
      if (/\.xlsx?$/i.test(name)) throw new Unreadable(t("isWorkbook"));
      const text = utf8(bytes);
      const { data: found, header } = readYaml(text);
      start(known(found).jurisdiction, found, { data: found, header, digest: sha256Text(text), text }, "");
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
    if (wish && common.projects.includes(wish)) openPublic(wish);
  }, []);

  const problems = useMemo(() => {
    if (!kit) return [];
    return [...secrets, ...validate(record, kit, common)];
  }, [record, kit, hits]);
  const judged = useVerdict(record, kit, common, problems);
  const verdict = useMemo(() => judged && { ...judged, findings: [...(hits || []).filter((h) => h.level !== "blocking"), ...judged.findings] }, [judged, hits]);
  const byField = useMemo(() => {
    const out = new Map();
    const marked = verdict ? verdict.findings.filter((f) => f.category === "record" && f.level === "blocking") : [];
    for (const p of [...problems, ...marked]) {
      const id = ["p", ...p.pointer].join("/");
      out.set(id, [...(out.get(id) || []), p]);
    }
    return out;
  }, [problems, verdict]);
  const asked = useMemo(() => new Map((verdict ? verdict.findings : []).filter((f) => f.code === "record.unlikely-amount").map((f) => [["p", ...f.pointer].join("/"), f])), [verdict]);
  const addPaper = useCallback((digest, paper) => setPapers((old) => new Map(old).set(digest, paper)), []);
  const steps = useMemo(() => (kit ? stepsOf(kit.schema) : []), [kit]);
  const { step, setStep, go, wanted } = useStep(steps);
  const [touched, setTouched] = useState(() => new Set());
  const shared = useMemo(
    () => ({ bodies: common.bodies.filter(([ref]) => ref.startsWith(`${city}/`)), problems: byField, asked, papers, addPaper, go, wanted, touched }),
    [city, byField, asked, papers, go, wanted, touched],
  );
  const wrong = new Map();
  for (const [id, some] of byField) { const key = stepOf(steps, id.split("/")[1]); wrong.set(key, (wrong.get(key) || 0) + some.length); }
  const parts = kit ? sections(kit.schema) : [];
  const drawn = (s) => <Section key={`${version}-${s.key}`} {...{ section: s.key, names: s.names, shownFirst: s.first, data, setData, kit, now: step === s.key }} />;

  return (
    <Shared.Provider value={shared}>
      <datalist id="zf-bodies">{shared.bodies.map(([ref, zh]) => <option key={ref} value={zh}>{ref}</option>)}</datalist>
      <Opening {...{ common, city, start, open, openPublic, loaded, aside, back }} />
      {note ? <p className="zf-note" role="status">{note}</p> : null}
      {failed ? <p className="zf-help" role="alert">{t("noData")}</p> : null}
      {kit ? (
        <div className="zf-columns" onBlur={(e) => { const { id } = e.target; if (id && !touched.has(id)) setTouched((old) => new Set(old).add(id)); }}>
          <Steps {...{ steps, step, setStep, wrong }} />
          <div className="zf-main">
            <Id {...{ data, setData }} />
            {parts.slice(0, 4).map(drawn)}
            <Milestones key={`${version}-m`} {...{ data, setData, kit, now: step === "milestones" }} />
            {parts.slice(4).map(drawn)}
          </div>
          <aside className={`zf-aside zf-step${step === "zf-check" ? " zf-now" : ""}`}>
            <Check {...{ problems, verdict }} />
            <Law {...{ record, kit, common }} />
            {loaded ? <Changes {...{ record, loaded, kit, setData, common }} /> : null}
          </aside>
          <HandIn {...{ record, loaded, kit, common, papers, submitter, setSubmitter, problems, secrets, now: step === "zf-handin", clear: () => { start(city, blank(city, common), null, ""); forget(); putAside(null); setPapers(new Map()); setSubmitter({ unit: "", office: "", paper: "" }); } }} />
          <Turns {...{ steps, step, setStep }} />
        </div>
      ) : null}
    </Shared.Provider>
  );
}

const Id = ({ data, setData }) => (
  <p className="zf-id"><label htmlFor="p/id">{t("id")}</label> <input id="p/id" value={data.id || ""} onChange={(e) => setData((d) => ({ ...d, id: e.target.value.trim() }))} /> <small>{t("idNote")}</small></p>
);
