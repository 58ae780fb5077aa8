// How a draft leaves the page: as a package, a sheet, a file, a text, a forge's page for a new file.
import { useContext, useMemo, useState } from "react";
import { differences, leaves } from "./changes.jsx";
import { document_, ordered } from "./emit.js";
import { revised } from "./keep.js";
import { SHEET_STYLE, forgeLink, manifestOf, missingPapers, packageOf, save, sheet, tooHeavy } from "./package.js";
import { pathTitle, sections, valueText } from "./schema.js";
import { t } from "./texts.js";
import { Shared } from "./widgets.jsx";

/** The record as the parts of the printed sheet: [heading, [[label, text]]], one part for each act. */
function sheetParts(record, loaded, kit, bodies, papers) {
  const rows = (value, prefix, drop) =>
    [...leaves(value)].map(([path, , raw]) => [`${prefix}${path}`, raw]).map(([path, raw]) => [pathTitle(path, kit.schema).split(" · ").slice(drop).join(" · "), valueText(path, raw, kit.schema, bodies)]);
  const sorted = ordered(record, kit.schema, kit.schema);
  const act = ({ kind, seq, date, documents = [], ...rest }) => {
    const at = `milestones/${kind}/${seq ? `${seq}/` : ""}`;
    const named = documents.map((d) => [valueText(`${at}documents/kind`, d.kind, kit.schema, bodies), d.title, d.number, d.sha256 && papers.has(d.sha256) ? papers.get(d.sha256).name : ""].filter(Boolean).join("，"));
    const head = `${t("milestones").split("（")[0]} · ${date || ""} ${pathTitle(`milestones/${kind}`, kit.schema)}${seq ? ` (${seq})` : ""}`;
    return [head, [...rows(rest, at, seq ? 2 : 1), ...(named.length ? [[pathTitle(`${at}documents`, kit.schema).split(" · ").pop(), named.join("\n")]] : [])]];
  };
  const parts = sections(kit.schema).map(({ key, names }) => [t(key), names.filter((n) => sorted[n] !== undefined).flatMap((n) => rows({ [n]: sorted[n] }, "", 0))]);
  const acts = (Array.isArray(sorted.milestones) ? sorted.milestones : []).map(act);
  const moved = loaded ? differences(record, loaded, kit, bodies).map(([path, , , was, is]) => [pathTitle(path, kit.schema), `${was} → ${is}`]) : [];
  return [[t("thisChange"), moved], ...parts.slice(0, 4), ...acts, ...parts.slice(4)].filter(([, some]) => some.length);
}

function print(record, parts, submitter, code, manifest, notice) {
  const page = window.open(URL.createObjectURL(new Blob([sheet(record, parts, submitter, code, manifest, notice, false)], { type: "text/html" })));
  if (!page) return;
  page.addEventListener("load", () => {
    const style = new page.CSSStyleSheet();
    style.replaceSync(SHEET_STYLE);
    page.document.adoptedStyleSheets = [style];
    page.print();
  });
}

export function HandIn({ record, loaded, kit, common, papers, submitter, setSubmitter, problems, secrets, now, clear }) {
  const { go } = useContext(Shared);
  const [forge, setForge] = useState({ kind: "gitlab", base: "", branch: "main" });
  const [said, setSaid] = useState("");
  const header = loaded && loaded.header.length ? loaded.header : [`# yaml-language-server: $schema=../../../../schema/${record.jurisdiction}/project.schema.json`];
  const text = useMemo(() => (loaded && loaded.text ? rewritten(loaded.text, record, kit.schema) : null) || document_(record, kit.schema, header), [record, kit, loaded]);
  const folder = (record.owner || "").split("/")[1] || "unit";
  const path = `registry/projects/${record.jurisdiction}/${folder}/${record.id}.yaml`;
  const link = forgeLink(forge.kind, forge.base.trim(), forge.branch.trim() || "main", path, text);
  const bytes = link ? new TextEncoder().encode(link).length : 0;
  const stop = secrets.length > 0;
  const owner = common.bodies.find(([ref]) => ref === record.owner);
  const from = { ...submitter, unit: submitter.unit || (owner ? owner[1] : "") };
  const part = (name) => (e) => setSubmitter({ ...from, [name]: e.target.value });
  const base = loaded && loaded.digest;
  const parts = () => sheetParts(record, loaded, kit, common.bodies, papers);
  const missing = missingPapers(record, papers, loaded && loaded.data);
  const heavy = tooHeavy(record, papers);
  const pack = () => {
    const made = packageOf(record, text, papers, from, base, parts(), common.notice);
    save(`${record.id}-${made.code}.zip`, made.bytes, "application/zip");
    setSaid(`${t("code")} ${made.code}`);
  };
  return (
    <section className={`zf-section zf-handin zf-step${now ? " zf-now" : ""}`} id="zf-handin">
      <h2>{t("handIn")}</h2>
      {problems.length ? <p className="zf-bad">{t("stillWrong", { n: problems.length })}</p> : null}
      {missing.length ? <p className="zf-ask">{t("papersGone", { n: missing.length })} {missing.map((at, n) => <button key={n} type="button" className="zf-button" onClick={() => go(at)}>{pathTitle(`milestones/${record.milestones[at[1]].kind}`, kit.schema)} {n + 1}</button>)}</p> : null}
      {heavy ? <p className="zf-bad" role="alert">{t("papersHeavy", { n: heavy })}</p> : null}
      <div className="zf-group">
        {["unit", "office", "paper"].map((name) => <div key={name} className="zf-field"><label htmlFor={`zf-${name}`}>{t(name)}</label><input id={`zf-${name}`} value={from[name]} onChange={part(name)} /></div>)}
      </div>
      <ol className="zf-ways">
        <li><button type="button" className="zf-button zf-first" id="zf-package" disabled={stop || heavy > 0} onClick={pack}>{t("package")}</button> <span>{t("packageNote")}</span></li>
        <li><button type="button" className="zf-button" id="zf-sheet" disabled={stop} onClick={() => { const { manifest, code } = manifestOf(record, text, papers, from, base); print(record, parts(), from, code, manifest, common.notice); }}>{t("sheet")}</button> <span>{t("printNote")}</span></li>
        <li><span>{t("thenNote")}</span></li>
      </ol>
      <p role="status" className="zf-good" id="zf-said">{said}</p>
      <p className="zf-row">
        <button type="button" className="zf-button" id="zf-download" disabled={stop} onClick={() => save(`${record.id}.yaml`, text, "application/yaml")}>{t("download")}</button>
        <button type="button" className="zf-button" disabled={stop} onClick={() => copy(text, setSaid)}>{t("copy")}</button>
        <button type="button" className="zf-button zf-quiet" id="zf-clear" onClick={() => window.confirm(t("clearAsk")) && clear()}>{t("draftClear")}</button>
      </p>
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

/** The file that was opened with what changed in it: comments, order and quotes stay; null where that cannot be. */
function rewritten(text, record, schema) {
  try {
    return revised(text, ordered(record, schema, schema));
  } catch {
    return null;
  }
}
