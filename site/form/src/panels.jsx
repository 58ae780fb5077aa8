// Beside the form: what the check says of the draft, and what the measures will ask for.
import { useContext, useMemo } from "react";
import { asked, today } from "./judge.js";
import { lawOf } from "./law.js";
import { readMoney, yuan } from "./money.js";
import { LANG, t, two } from "./texts.js";
import { Shared } from "./widgets.jsx";

const To = ({ pointer, children }) => {
  const { go } = useContext(Shared);
  return <a href={`#f-${["p", ...pointer].join("/")}`} onClick={(e) => { e.preventDefault(); go(pointer); }}>{children}</a>;
};

const Told = ({ finding }) => (
  <li className={`zf-${finding.level || "blocking"}`}>
    <To pointer={finding.pointer}>{finding.said || finding.message}</To>
    {(finding.details || []).map(([kind, names]) => <small key={kind} className="zf-detail">{t(kind)} {names.join(LANG === "en" ? ", " : "、")}</small>)}
    {finding.next && finding.code !== "schema.missing-field" ? <small>{finding.next}</small> : null}
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

export function Check({ problems, verdict }) {
  const found = verdict ? verdict.findings : [];
  const defects = [...problems, ...found.filter((f) => f.category === "record" && f.level === "blocking")];
  const law = found.filter((f) => f.category === "law");
  const mine = law.filter((f) => !f.addressee);
  const breaches = mine.filter((f) => f.level === "blocking");
  const remarks = [...mine.filter((f) => f.level !== "blocking"), ...found.filter((f) => f.category === "record" && f.level !== "blocking")];
  const theirs = law.filter((f) => f.addressee);
  return (
    <section className="zf-panel" id="zf-check" tabIndex="-1">
      <h2>{t("check")}{defects.length ? <span className="zf-count"> {defects.length} {t("problems")}</span> : null}</h2>
      <p className="zf-seen" role="status">{defects.length ? t("seenDefects", { n: defects.length, m: breaches.length }) : breaches.length ? t("seenBreaches", { m: breaches.length }) : ""}</p>
      {!verdict || defects.length || breaches.length ? null : <p className="zf-good">{t("allGood")}</p>}
      <Group id="defects" name="defects" rows={defects} open />
      <Group id="breaches" name="breaches" note="breachesNote" rows={breaches} open />
      <Group id="remarks" name="remarks" rows={remarks} open={false} />
      <Group id="theirs" name="theirs" rows={theirs} open={false}><ol className="zf-problems">{theirs.map((f, n) => <Told key={n} finding={{ ...f, next: f.by }} />)}</ol></Group>
      <Group id="due" name="due" rows={verdict ? verdict.due : []} open>
        <ul className="zf-days">{verdict ? verdict.due.map((d) => <li key={d.key}><time dateTime={d.day}>{d.day}</time> {d.title}{d.provisional ? <small> {t("provisional")}</small> : null}<small>{[d.by, d.cites.join(", ")].filter(Boolean).join(" · ")}</small></li>) : null}</ul>
      </Group>
      <Group id="unknown" name="unknown" note="unknownNote" rows={verdict ? verdict.unknown : []} open={false}>
        <ul>{verdict ? verdict.unknown.map((u) => <li key={u.path}><To pointer={u.pointer.length ? u.pointer : u.path.split("/")}>{u.title}</To> <small>{t("rulesWait", { n: u.rules.length })}</small></li>) : null}</ul>
      </Group>
      <Group id="unasked" name="unasked" note="unaskedNote" rows={verdict ? verdict.crashed : []} open={false}>
        <ul>{verdict ? verdict.crashed.map((c) => <li key={c.id}><code>{c.id}</code></li>) : null}</ul>
      </Group>
    </section>
  );
}

function totalOf(record) {
  let best = null;
  for (const act of record.milestones || []) for (const name of ["total", "amount"]) if (typeof act[name] === "string") { const m = readMoney(act[name], "万元"); if (m && (best === null || name === "total")) best = best === null || name === "total" ? m.fen : best; }
  return best;
}

export function Law({ record, kit, common }) {
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
