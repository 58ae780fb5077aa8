// How a draft leaves the page: as a package, a sheet, a file, a text, a forge's page for a new file.
import { useMemo, useState } from "react";
import { leaves } from "./changes.jsx";
import { document_, ordered } from "./emit.js";
import { revised } from "./keep.js";
import { forgeLink, manifestOf, packageOf, save, sheet } from "./package.js";
import { readMoney, yuan } from "./money.js";
import { pathTitle } from "./schema.js";
import { t } from "./texts.js";

export function HandIn({ record, loaded, kit, papers, submitter, setSubmitter, problems, secrets, now, clear }) {
  const [forge, setForge] = useState({ kind: "gitlab", base: "", branch: "main" });
  const [said, setSaid] = useState("");
  const header = loaded && loaded.header.length ? loaded.header : [`# yaml-language-server: $schema=../../../../schema/${record.jurisdiction}/project.schema.json`];
  const text = useMemo(() => (loaded && loaded.text ? rewritten(loaded.text, record, kit.schema) : null) || document_(record, kit.schema, header), [record, kit, loaded]);
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
    <section className={`zf-section zf-handin zf-step${now ? " zf-now" : ""}`} id="zf-handin">
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

/** The file that was opened with what changed in it: comments, order and quotes stay; null where that cannot be. */
function rewritten(text, record, schema) {
  try {
    return revised(text, ordered(record, schema, schema));
  } catch {
    return null;
  }
}
