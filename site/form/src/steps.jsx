// Where one is in the form: the steps with what is wrong in each; on a phone one step is shown at a time.
import { useCallback, useEffect, useRef, useState } from "react";
import { sections } from "./schema.js";
import { t } from "./texts.js";

/** The steps in order: [key, fields]. */
export function stepsOf(schema) {
  const all = sections(schema).map(({ key, names }) => [key, names]);
  return [...all.slice(0, 4), ["milestones", ["milestones"]], ...all.slice(4), ["zf-check", []], ["zf-handin", []]];
}

/** The step in which a field stands; the first for those that have no section, such as the id. */
export const stepOf = (steps, field) => (steps.find(([, names]) => names.includes(field)) || steps[0])[0];

const placeOf = (pointer) => {
  for (let n = pointer.length; n > 0; n--) {
    const id = ["p", ...pointer.slice(0, n)].join("/");
    const place = document.getElementById(`f-${id}`) || document.getElementById(`a-${id}`) || document.getElementById(id);
    if (place) return place;
  }
  return document.getElementById(`s-${pointer[0]}`);
};

function show(place) {
  for (let up = place.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
  const fields = "input,select,textarea,button,summary";
  const inner = place.matches(fields) ? place : place.querySelector(fields);
  if (!inner) place.tabIndex = -1; // so that it can be gone to
  (inner || place).focus({ preventScroll: true });
  place.scrollIntoView({ block: place.offsetHeight > window.innerHeight / 2 ? "start" : "center" });
}

/** {step, setStep, go, wanted}: `go(pointer)` leads to a field, and has it shown where it was left out. */
export function useStep(steps) {
  const [step, setStep] = useState(steps[0] ? steps[0][0] : "identity");
  const [wanted, setWanted] = useState(() => new Set());
  const go = useCallback((pointer) => {
    setStep(stepOf(steps, pointer[0]));
    setWanted((old) => new Set(old).add(pointer[0] === "milestones" && pointer.length > 2 ? pointer.slice(0, 3).join("/") : pointer[0]));
    // After the step is drawn.
    requestAnimationFrame(() => requestAnimationFrame(() => { const place = placeOf(pointer); if (place) show(place); }));
  }, [steps]);
  return { step, setStep, go, wanted };
}

const nameOf = (key) => t(`step_${key}`);

export function Steps({ steps, step, setStep, wrong }) {
  const to = (key) => {
    setStep(key);
    requestAnimationFrame(() => { const place = document.getElementById(key.startsWith("zf-") ? key : `s-${key}`); if (place) place.scrollIntoView({ block: "start" }); });
  };
  const bar = useRef(null);
  // Where all steps stand one under another the bar follows the page.
  useEffect(() => {
    if (!window.IntersectionObserver || !window.matchMedia("(min-width: 60.01em)").matches) return undefined;
    const seen = new IntersectionObserver((entries) => { for (const e of entries) if (e.isIntersecting) setStep(e.target.id.replace(/^s-/, "")); }, { rootMargin: "-20% 0px -75% 0px" });
    for (const [key] of steps) { const place = document.getElementById(key === "zf-handin" ? key : `s-${key}`); if (place) seen.observe(place); }
    return () => seen.disconnect();
  }, [steps]);
  useEffect(() => {
    const now = bar.current.querySelector("[aria-current]");
    if (now) bar.current.scrollLeft = now.offsetLeft - (bar.current.clientWidth - now.offsetWidth) / 2;
  }, [step]);
  return (
    <nav className="zf-steps" aria-label={t("steps")}>
      <ol ref={bar}>
        {steps.map(([key], n) => (
          <li key={key}><button type="button" aria-current={key === step ? "step" : undefined} onClick={() => to(key)}>
            <span className="zf-n">{n + 1}</span> {nameOf(key)}{wrong.get(key) ? <span className="zf-number zf-number-bad"> {wrong.get(key)}<span className="zf-hidden"> {t("problems")}</span></span> : null}
          </button></li>
        ))}
      </ol>
    </nav>
  );
}

/** Back and on, where one step is shown at a time. */
export function Turns({ steps, step, setStep }) {
  const at = steps.findIndex(([key]) => key === step);
  const turn = (by) => { setStep(steps[at + by][0]); window.scrollTo(0, Math.max(0, document.querySelector(".zf-steps").offsetTop - 4)); };
  return (
    <p className="zf-turns">
      {at > 0 ? <button type="button" className="zf-button" onClick={() => turn(-1)}>{t("back")} <small>{nameOf(steps[at - 1][0])}</small></button> : <span />}
      {at < steps.length - 1 ? <button type="button" className="zf-button zf-first" onClick={() => turn(1)}>{t("on")} <small>{nameOf(steps[at + 1][0])}</small></button> : null}
    </p>
  );
}
