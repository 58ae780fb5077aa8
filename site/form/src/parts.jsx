// The form itself: sections of fields, and the milestones.
import Form from "@rjsf/core";
import { Fragment, useContext, useMemo, useState } from "react";
import { resolve } from "./emit.js";
import { group, kindGroups, kindsOf, milestoneFields } from "./schema.js";
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

const pick = (data, names) => Object.fromEntries(names.filter((n) => data[n] !== undefined).map((n) => [n, data[n]]));

function Drawn({ full, root, names, value, onChange, prefix }) {
  const made = useMemo(() => group(full, root, names), [full, names.join()]);
  return (
    <Form schema={made.schema} uiSchema={{ ...made.ui, ...UI }} formData={value} onChange={(e) => onChange(e.formData || {})} validator={noValidation} widgets={widgets} templates={templates}
      idPrefix={prefix} idSeparator="/" noHtml5Validate noValidate showErrorList={false} tagName="div" experimental_defaultFormStateBehavior={DEFAULTS}><Fragment /></Form>
  );
}

export function Section({ data, setData, kit, names, shownFirst, section: name, now }) {
  const [all, setAll] = useState(false);
  const { wanted } = useContext(Shared);
  const shown = all ? names : names.filter((n) => shownFirst.includes(n) || data[n] !== undefined || wanted.has(n));
  const change = (now) => setData((old) => {
    const next = { ...old };
    for (const n of shown) delete next[n];
    return { ...next, ...now };
  });
  return (
    <section className={`zf-section zf-step${now ? " zf-now" : ""}`} id={`s-${name}`}>
      <h2>{t(name)}</h2>
      {shown.length ? <Drawn full={kit.schema} root={kit.schema} names={shown} value={pick(data, shown)} onChange={change} prefix="p" /> : null}
      {shown.length < names.length || all ? <button type="button" className="zf-button zf-quiet" onClick={() => setAll(!all)}>{all ? t("fewer") : `${t("more")} (${names.length - shown.length})`}</button> : null}
    </section>
  );
}

export function Milestones({ data, setData, kit, now }) {
  const acts = Array.isArray(data.milestones) ? data.milestones : [];
  const kinds = useMemo(() => kindsOf(kit.schema, kit.measures), [kit]);
  const groups = kindGroups(kinds, kit.measures, acts);
  const set = (n, act) => setData((old) => ({ ...old, milestones: old.milestones.map((m, i) => (i === n ? act : m)) }));
  const add = (kind) => {
    if (!kind) return;
    const used = acts.filter((m) => m.kind === kind).map((m) => m.seq || 1);
    setData((old) => ({ ...old, milestones: [...(old.milestones || []), used.length ? { kind, seq: Math.max(...used) + 1 } : { kind }] }));
  };
  return (
    <section className={`zf-section zf-step${now ? " zf-now" : ""}`} id="s-milestones">
      <h2>{t("milestones")}</h2>
      {acts.map((act, n) => <Act key={n} {...{ act, n, kit, kinds, onChange: (now) => set(n, now), onRemove: () => setData((old) => ({ ...old, milestones: old.milestones.filter((_, i) => i !== n) })) }} />)}
      <label>{t("addMilestone")} <select id="zf-add-milestone" value="" onChange={(e) => add(e.target.value)}>
        <option value="">{t("choose")}</option>
        {groups.map(([name, some]) => some.length ? <optgroup key={name} label={t(name)}>{some.map(([code, title]) => <option key={code} value={code}>{title}</option>)}</optgroup> : null)}
      </select></label>
    </section>
  );
}

function Act({ act, n, kit, kinds, onChange, onRemove }) {
  const { wanted } = useContext(Shared);
  const [added, setAdded] = useState([]);
  const extra = [...added, ...[...wanted].filter((w) => w.startsWith(`milestones/${n}/`)).map((w) => w.split("/")[2])];
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
          <select aria-label={t("more")} value="" onChange={(e) => setAdded([...added, e.target.value])}>
            <option value="">{t("more")}…</option>
            {fields.hidden.map((x) => <option key={x} value={x}>{label(x)}</option>)}
          </select>
        ) : null}
        <button type="button" className="zf-button zf-quiet" onClick={onRemove}>{t("remove")}</button>
      </p>
    </details>
  );
}
