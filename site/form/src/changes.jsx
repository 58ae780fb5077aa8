// What was changed in a record that was opened, and the rows that explain a corrected fact.
import { useState } from "react";
import { clean } from "./clean.js";
import { today } from "./judge.js";
import { pathTitle, valueText } from "./schema.js";
import { t } from "./texts.js";

export function* leaves(value, at = []) {
  if (value !== null && typeof value === "object" && !(Array.isArray(value) && value.every((v) => v === null || typeof v !== "object"))) {
    for (const [key, inner] of Object.entries(value)) {
      const name = Array.isArray(value) && inner && typeof inner === "object" ? (inner.kind ? `${inner.kind}${inner.seq ? `/${inner.seq}` : ""}` : inner.id || inner.resource || (inner.seq !== undefined ? String(inner.seq) : inner.year || inner.date || key)) : key;
      yield* leaves(inner, [...at, name]);
    }
  } else if (value !== undefined) yield [at.join("/"), Array.isArray(value) ? value.join("、") : String(value), value];
}

/** Where a record differs from the one that was opened: [path, old, new, and both as a person says them]. */
export function differences(record, loaded, kit, bodies) {
  const before = new Map([...leaves(clean(loaded.data))].map(([path, ...both]) => [path, both]));
  const after = new Map([...leaves(record)].map(([path, ...both]) => [path, both]));
  const said = (path, side) => (side ? valueText(path, side[1], kit.schema, bodies) : "—");
  return [...after.keys(), ...[...before.keys()].filter((path) => !after.has(path))]
    .map((path) => [path, before.get(path), after.get(path)])
    .filter(([, was, is]) => !was || !is || was[0] !== is[0])
    .map(([path, was, is]) => [path, was && was[0], is && is[0], said(path, was), said(path, is)]);
}

export function Changes({ record, loaded, kit, setData, common }) {
  const [reason, setReason] = useState("");
  const rows = differences(record, loaded, kit, common.bodies);
  const isFact = (path) => { const node = kit.schema.properties[path.split("/")[0]]; return node && node["x-change"] === "fact"; };
  const fixed = (record.corrections || []).map((c) => (c.field ? `${c.of}/${c.field}` : c.of));
  const explained = (path) => fixed.some((f) => path === f || path.startsWith(`${f}/`));
  const silent = rows.filter(([path, old]) => old !== undefined && isFact(path) && !path.startsWith("corrections/") && !explained(path.replace(/^milestones\//, "")));
  const correct = (e) => {
    e.preventDefault();
    if (!reason.trim()) return;
    setData((d) => {
      const corrections = [...(d.corrections || [])];
      let seq = Math.max(0, ...corrections.map((c) => c.seq || 0));
      for (const [path, old, now] of silent) {
        if (now === undefined) continue;
        const parts = path.replace(/^milestones\//, "").split("/");
        const inAct = path.startsWith("milestones/");
        const wide = inAct ? (/^\d+$/.test(parts[1]) ? 2 : 1) : parts.length > 2 ? 2 : 1;
        const field = parts.slice(wide).join("/");
        seq += 1;
        corrections.push({ seq, of: parts.slice(0, wide).join("/"), ...(field ? { field } : {}), was: old, date: today(common), reason: reason.trim() });
      }
      return { ...d, corrections };
    });
  };
  return (
    <section className="zf-panel" id="zf-changes">
      <h2>{t("changes")}</h2>
      {rows.length ? (
        <table><thead><tr><th scope="col">{t("field")}</th><th scope="col">{t("was")}</th><th scope="col">{t("becomes")}</th></tr></thead><tbody>{rows.map(([path, old, now, saidOld, saidNow]) => <tr key={path}><th scope="row">{pathTitle(path, kit.schema)}</th><td>{old === undefined ? <em>{t("added")}</em> : <del>{saidOld}</del>}</td><td>{now === undefined ? <em>{t("removed")}</em> : <ins>{saidNow}</ins>}</td></tr>)}</tbody></table>
      ) : <p>{t("noChanges")}</p>}
      {silent.length ? (
        <form className="zf-silent" onSubmit={correct}>
          <p className="zf-bad">{t("factEdited", { n: silent.length })}</p>
          <label htmlFor="zf-reason">{t("reasonAsk")}</label>
          <input id="zf-reason" value={reason} onChange={(e) => setReason(e.target.value)} maxLength="200" />
          <button className="zf-button" disabled={!reason.trim()}>{t("addCorrection")}</button>
        </form>
      ) : null}
    </section>
  );
}
