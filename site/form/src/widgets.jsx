// How single values are entered: office amounts with their echo, days, bodies by name, papers by digest.
import { createContext, useContext, useEffect, useState } from "react";
import { exists, inCommonEra } from "./causes.js";
import { capital, readMoney, yuan } from "./money.js";
import { PAPERS_LIMIT } from "./package.js";
import { sha256 } from "./sha256.js";
import { LANG, t } from "./texts.js";

/** What widgets share: bodies by reference, problems by field id, the papers chosen so far, the way to a field. */
export const Shared = createContext({ bodies: [], problems: new Map(), papers: new Map(), asked: new Map(), addPaper: () => {}, go: () => {}, wanted: new Set(), touched: new Set() });

const UNITS = ["万元", "元", "亿元"];

function Money({ id, value, onChange, required }) {
  const stored = value ? readMoney(value, "万元") : null;
  const [unit, setUnit] = useState(stored ? stored.unit : "万元");
  const [typed, setTyped] = useState(stored ? stored.number : value || "");
  useEffect(() => {
    const now = value ? readMoney(value, "万元") : null;
    const mine = readMoney(typed, unit);
    if (now && (!mine || mine.text !== now.text)) {
      setUnit(now.unit);
      setTyped(now.number);
    } else if (!value && mine) {
      setTyped("");
    }
  }, [value]);
  const nothing = ["", "/", "-", "—", "无"].includes(typed.trim());
  const read = nothing ? null : readMoney(typed, unit);
  const asked = useContext(Shared).asked.get(id);
  const other = asked && asked.instead ? readMoney(asked.instead, "万元") : null;
  const enter = (text, as) => {
    setTyped(text);
    const found = readMoney(text, as);
    if (found && found.unit !== as) setUnit(found.unit);
    // What is no amount is kept with the unit that stands beside it, so that the reason is not that it had none.
    const bare = /^[0-9.,，\s]+$/.test(text) ? `${text}${as}` : text;
    onChange(["", "/", "-", "—", "无"].includes(text.trim()) ? undefined : found ? found.text : bare);
  };
  return (
    <div className="zf-money">
      <span className="zf-row">
        <input id={id} inputMode="decimal" autoComplete="off" required={required} value={typed} onChange={(e) => enter(e.target.value, unit)}
          onBlur={() => read && (setTyped(read.number), setUnit(read.unit))} aria-describedby={`${id}-echo`} />
        <select aria-label={t("unitOf")} value={unit} onChange={(e) => (setUnit(e.target.value), enter(typed.replace(/[亿万]?元$/, ""), e.target.value))}>
          {UNITS.map((u) => <option key={u}>{u}</option>)}
        </select>
      </span>
      <output id={`${id}-echo`} className={`zf-echo${!nothing && !read ? " zf-bad" : ""}`}>
        {nothing ? "" : read ? `${yuan(read.fen)} 元 · ${capital(read.fen)}` : t("unreadMoney")}
      </output>
      {asked ? <p className="zf-ask">{asked.message} {other ? <button type="button" className="zf-button" onClick={() => { setUnit(other.unit); setTyped(other.number); onChange(other.text); }}>{t("meant")} {other.number} {other.unit}</button> : null}</p> : null}
    </div>
  );
}

const Line = ({ id, value, onChange, required, placeholder }) => (
  <input id={id} type="text" autoComplete="off" required={required} placeholder={placeholder} value={value || ""}
    onChange={(e) => onChange(e.target.value === "" ? undefined : e.target.value)}
    onBlur={(e) => { const tidy = e.target.value.normalize("NFC").replace(/\s+/g, " ").trim(); if (tidy !== (value || "")) onChange(tidy || undefined); }} />
);

const Lines = ({ id, value, onChange, required }) => (
  <textarea id={id} rows={4} required={required} value={value || ""} onChange={(e) => onChange(e.target.value === "" ? undefined : e.target.value)}
    onBlur={(e) => { const tidy = e.target.value.replace(/[ \t\u3000]+$/gm, "").replace(/\t/g, " ").trim(); if (tidy !== (value || "")) onChange(tidy || undefined); }} />
);

const Whole = ({ id, value, onChange, required }) => (
  <input id={id} inputMode="numeric" required={required} value={value === undefined ? "" : value}
    onChange={(e) => { const plain = e.target.value.normalize("NFKC").trim(); onChange(plain === "" ? undefined : /^(0|[1-9][0-9]{0,14})$/.test(plain) ? Number(plain) : plain); }} />
);

/** A day in Chinese numerals, 二〇二六年三月五日, with digits; any other text as it is. */
function inDigits(text) {
  if (!/^[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日$/.test(text)) return text;
  const tens = text.slice(5).replace(/([一二三]?)十([一二三四五六七八九]?)/g, (_, ten, one) => `${ten || "一"}${one || "〇"}`);
  return `${text.slice(0, 5)}${tens}`.replace(/[〇○零一二三四五六七八九]/g, (c) => "〇○零一二三四五六七八九".indexOf(c) < 3 ? "0" : String("〇○零一二三四五六七八九".indexOf(c) - 2));
}

const ISO = /^\d{4}-\d\d-\d\d$/;

function Day({ id, value, onChange, required }) {
  const good = !value || (ISO.test(value) && exists(value));
  const [half, setHalf] = useState(false);
  const paste = (text) => {
    const found = /^\s*((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?\s*$/.exec(inDigits(text.normalize("NFKC").trim()));
    return found ? `${found[1]}-${found[2].padStart(2, "0")}-${found[3].padStart(2, "0")}` : text;
  };
  return (
    <span className="zf-row">
      <input id={id} type="date" required={required} min="1990-01-01" max="2099-12-31" value={good ? value || "" : ""} aria-describedby={`${id}-half`}
        onChange={(e) => (setHalf(false), onChange(e.target.value || undefined))} onBlur={(e) => setHalf(e.target.validity.badInput)}
        onPaste={(e) => { const day = paste(e.clipboardData.getData("text")); if (ISO.test(day) || inCommonEra(day) !== null) { e.preventDefault(); onChange(day.trim()); } }} />
      <span id={`${id}-half`} className="zf-bad" role="status">{half ? t("unreadDay") : ""}</span>
      {good ? null : <span className="zf-bad">{String(value)}</span>}
    </span>
  );
}

function Codes({ id, value, onChange, required, schema }) {
  const known = (schema.oneOf || []).some((o) => o.const === value);
  return (
    <select id={id} required={required} value={value === undefined ? "" : value} onChange={(e) => onChange(e.target.value || undefined)}>
      <option value="">{t("choose")}</option>
      {value !== undefined && !known ? <option value={value}>{String(value)}</option> : null}
      {(schema.oneOf || []).map((o) => <option key={o.const} value={o.const}>{o.title}</option>)}
    </select>
  );
}

const Flag = ({ id, value, onChange }) => (
  <select id={id} value={value === undefined ? "" : String(value)} onChange={(e) => onChange(e.target.value === "" ? undefined : e.target.value === "true")}>
    <option value="">—</option>
    <option value="true">{t("yes")}</option>
    <option value="false">{t("no")}</option>
  </select>
);

function bodyOf(bodies, text) {
  const plain = text.trim();
  const found = bodies.find(([ref, zh, en]) => plain === ref || plain === zh || plain === en || plain === `${zh} ${ref}`);
  return found ? found[0] : plain || undefined;
}

/** The registered bodies whose names share most with *text*. */
function nearest(bodies, text) {
  const pairs = (s) => new Set(Array.from(s).slice(1).map((c, n) => Array.from(s)[n] + c));
  const mine = pairs(text.toLowerCase());
  const alike = ([, zh, en]) => Math.max(...[zh, en].map((name) => { const own = pairs(name.toLowerCase()); return [...mine].filter((p) => own.has(p)).length / (mine.size + own.size || 1); }));
  return bodies.map((body) => [alike(body), body]).filter(([score]) => score > 0.15).sort((a, b) => b[0] - a[0]).slice(0, 3).map(([, body]) => body);
}

function Body({ id, value, onChange, required }) {
  const { bodies, touched } = useContext(Shared);
  const name = bodies.find(([ref]) => ref === value);
  const [typed, setTyped] = useState(name ? name[1] : value || "");
  useEffect(() => { if ((bodyOf(bodies, typed) || "") !== (value || "")) setTyped(name ? name[1] : value || ""); }, [value]);
  return (
    <span className="zf-row">
      <input id={id} list="zf-bodies" autoComplete="off" required={required} value={typed} onChange={(e) => (setTyped(e.target.value), onChange(bodyOf(bodies, e.target.value)))} />
      {name || !value || !touched.has(id) ? null : (
        <span className="zf-ask">{t("unknownBody")} {nearest(bodies, value).map(([ref, zh, en]) => <button key={ref} type="button" className="zf-button" onClick={() => onChange(ref)}>{LANG === "en" ? en : zh}</button>)}</span>
      )}
    </span>
  );
}

function Several({ id, value, onChange, options }) {
  const { bodies } = useContext(Shared);
  const chosen = Array.isArray(value) ? value : [];
  const [typed, setTyped] = useState("");
  const title = (v) => (options.choices ? (options.choices.find(([c]) => c === v) || [v, v])[1] : options.bodies ? (bodies.find(([r]) => r === v) || [v, v])[1] : v);
  const set = (list) => onChange(list.length ? list : undefined);
  const add = (v) => { if (v && !chosen.includes(v)) set([...chosen, v]); setTyped(""); };
  return (
    <div className="zf-several">
      <ul>
        {chosen.map((v) => (
          <li key={v}>{title(v)} <button type="button" onClick={() => set(chosen.filter((x) => x !== v))} aria-label={`${t("remove")} ${title(v)}`}>×</button></li>
        ))}
      </ul>
      {options.choices ? (
        <select id={id} value="" onChange={(e) => add(e.target.value)}>
          <option value="">{t("add")}…</option>
          {options.choices.filter(([c]) => !chosen.includes(c)).map(([c, name]) => <option key={c} value={c}>{name}</option>)}
        </select>
      ) : (
        <span className="zf-row">
          <input id={id} list={options.bodies ? "zf-bodies" : undefined} value={typed} onChange={(e) => setTyped(e.target.value)}
            onKeyDown={(e) => { if (e.key === "Enter") { e.preventDefault(); add(bodyOf(options.bodies ? bodies : [], typed)); } }} />
          <button type="button" className="zf-button" onClick={() => add(bodyOf(options.bodies ? bodies : [], typed))}>{t("add")}</button>
        </span>
      )}
    </div>
  );
}

function Attachment({ id, value, onChange }) {
  const { papers, addPaper } = useContext(Shared);
  const [heavy, setHeavy] = useState(0);
  const paper = value && papers.get(value);
  const take = (file) => {
    if (!file) return;
    setHeavy(file.size > PAPERS_LIMIT ? Math.ceil(file.size / (1 << 20)) : 0);
    if (file.size > PAPERS_LIMIT) return;
    const reader = new FileReader();
    reader.onload = () => {
      const bytes = new Uint8Array(reader.result);
      const digest = sha256(bytes);
      addPaper(digest, { name: file.name, bytes });
      onChange(digest);
    };
    reader.readAsArrayBuffer(file);
  };
  return (
    <div className="zf-paper">
      <label className="zf-file"><span className="zf-button">{t("choosePaper")}</span><input id={id} type="file" aria-describedby={`${id}-note`} onChange={(e) => take(e.target.files[0])} /></label>
      <p className="zf-echo" id={`${id}-note`}>{t("attach")}</p>
      {heavy ? <p className="zf-bad" role="alert">{t("papersHeavy", { n: heavy })}</p> : null}
      {value ? (
        <p className="zf-echo">
          {paper ? `${t("attached")} ${paper.name} (${Math.ceil(paper.bytes.length / 1024)} KiB) ` : `${t("attachAgain")} `}
          <code>{value.slice(0, 16)}…</code> <button type="button" onClick={() => onChange(undefined)}>{t("remove")}</button>
        </p>
      ) : null}
    </div>
  );
}

export const widgets = { money: Money, line: Line, lines: Lines, whole: Whole, day: Day, codes: Codes, flag: Flag, body: Body, several: Several, attachment: Attachment };

function Field({ id, label, help, required, children, displayLabel, schema, hidden }) {
  const { problems, touched } = useContext(Shared);
  if (hidden) return null;
  // Nobody is told of an empty field before having been there; the list of what is wrong has it.
  const mine = (problems.get(id) || []).filter((p) => p.code !== "schema.missing-field" || touched.has(id));
  const isGroup = schema.type === "object" || (schema.type === "array" && schema.items && schema.items.type === "object");
  return (
    <div className={`zf-field${mine.length ? " zf-wrong" : ""}${isGroup && label ? " zf-wide" : ""}`} id={isGroup && !label ? undefined : `f-${id}`}>
      {label && !isGroup && displayLabel !== false ? <label htmlFor={id}>{label}{required ? <span className="zf-need" aria-hidden="true"> *</span> : null}</label> : null}
      {children}
      {help}
      {mine.map((p, n) => <p key={n} className="zf-bad" id={`e-${id}${n ? `-${n}` : ""}`}>{p.said || p.message}{p.next && p.code !== "schema.missing-field" ? <small>{p.next}</small> : null}</p>)}
    </div>
  );
}

const Plain = (word) => ({ onClick, disabled, className }) => (
  <button type="button" className={`zf-button ${className || ""}`} onClick={onClick} disabled={disabled}>{t(word)}</button>
);
const Nothing = () => null;

// Of a paper a clerk has its kind and the file, often its number; the rest is there when it is asked for.
const PAPER_FIRST = ["kind", "sha256", "title", "number"];

const cell = (p) => {
  const inner = (p.content.props && p.content.props.schema) || {};
  const wide = inner.type === "object" || (inner.type === "array" && inner.items && inner.items.type === "object");
  return <div key={p.name} className={`zf-cell${wide ? " zf-span" : ""}`}>{p.content}</div>;
};

export const templates = {
  FieldTemplate: Field,
  FieldHelpTemplate: ({ help }) => help ? (
    <p className="zf-help">{help.about} {help.cites.map(({ at, measure, article }) => <a key={at} href={`../measures/${measure}.html#${/ p/.test(at) ? at.replace(/[ ]/g, "-") : `${at}-p1-s1`}`} target="_blank" rel="noopener">{t("article", { n: article })}</a>)}</p>
  ) : null,
  FieldErrorTemplate: Nothing,
  ErrorListTemplate: Nothing,
  DescriptionFieldTemplate: Nothing,
  TitleFieldTemplate: ({ title, id }) => (title ? <legend id={id}>{title}</legend> : null),
  ObjectFieldTemplate: ({ title, properties, formData, schema }) => {
    const paper = Boolean(schema.properties.sha256);
    const first = paper ? PAPER_FIRST.map((name) => properties.find((p) => p.name === name)).filter(Boolean) : properties;
    const rest = properties.filter((p) => !first.includes(p));
    return (
      <fieldset>
        {title ? <legend>{title}</legend> : null}
        <div className="zf-group">{first.map(cell)}</div>
        {rest.length ? <details className="zf-rest" open={rest.some((p) => formData && formData[p.name] !== undefined)}><summary>{t("more")} ({rest.length})</summary><div className="zf-group">{rest.map(cell)}</div></details> : null}
      </fieldset>
    );
  },
  ButtonTemplates: { AddButton: Plain("add"), RemoveButton: Plain("remove"), MoveUpButton: Nothing, MoveDownButton: Nothing, CopyButton: Nothing, ClearButton: Nothing, SubmitButton: Nothing },
};
