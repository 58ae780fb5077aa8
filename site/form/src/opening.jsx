// Where a draft begins: anew, from a file, from a published project.
import { useRef, useState } from "react";
import { blank } from "./draft.js";
import { t, two } from "./texts.js";

export function Opening({ common, city, start, open, openPublic, loaded, aside, back }) {
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
      <label className="zf-file"><span className="zf-button">{t("open")}</span><input ref={input} type="file" accept=".zip,.yaml,.yml" onChange={(e) => { const f = e.target.files[0]; if (f) { const r = new FileReader(); r.onload = () => open(new Uint8Array(r.result), f.name); r.readAsArrayBuffer(f); } e.target.value = ""; }} /></label>
      {common.projects.length && location.protocol !== "file:" ? (
        <form className="zf-row" onSubmit={(e) => { e.preventDefault(); openPublic(id.trim()); }}>
          <label htmlFor="zf-public">{t("openPublic")}</label> <input id="zf-public" list="zf-projects" value={id} onChange={(e) => setId(e.target.value)} size="18" />
          <datalist id="zf-projects">{common.projects.map((p) => <option key={p} value={p} />)}</datalist>
          <button className="zf-button">{t("load")}</button>
        </form>
      ) : null}
      {aside ? <button type="button" className="zf-button" id="zf-back" onClick={back}>{t("asideBack", { name: aside.data.name || aside.data.id })}</button> : null}
      {loaded ? <span className="zf-chip">{loaded.data.id}</span> : null}
    </div>
  );
}
