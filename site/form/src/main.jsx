import "./polyfill.js";
import { Component } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.jsx";
import { causeOf } from "./causes.js";
import { nodeAt, validate } from "./check.js";
import { unshown } from "./draft.js";
import { document_ } from "./emit.js";
import { checkCode, forgeLink } from "./package.js";
import { hitsIn, judge, sound } from "./judge.js";
import { lawOf, rulings, worldOf } from "./law.js";
import { capital, readMoney, yuan } from "./money.js";
import { revised } from "./keep.js";
import { readYaml } from "./read.js";
import { sha256, sha256Text } from "./sha256.js";
import { t } from "./texts.js";

/** A page that cannot be shown says so, and opens again: without the draft that it could not show. */
class Shown extends Component {
  state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  componentDidCatch() {
    unshown();
  }
  render() {
    if (!this.state.failed) return this.props.children;
    return (
      <p className="zf-note" role="alert">
        {t("notShown")} <button type="button" className="zf-button" onClick={() => location.reload()}>{t("again")}</button>
      </p>
    );
  }
}

const place = document.getElementById("zf-root");
const data = window.zongmuForm;
if (place && data && data.common && !data.common.jurisdictions.length) place.textContent = t("noSchema");
else if (place && data && data.common) createRoot(place).render(<Shown><App common={data.common} base={place.dataset.base || ""} /></Shown>);
// For whoever wants to check the page against the program: the same functions, without the page.
window.zongmuFormTools = { capital, causeOf, checkCode, document: document_, forgeLink, hitsIn, judge, lawOf, nodeAt, readMoney, readYaml, revised, rulings, sha256, sha256Text, sound, validate, worldOf, yuan };
