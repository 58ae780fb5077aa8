// What leaves the page: the file, the package with its manifest and sheet, the address of a forge's new-file page.
import { strToU8, zipSync } from "fflate";
import { sha256Text } from "./sha256.js";
import { LANG, t } from "./texts.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The check code of a package: 12 characters over the digests of the record and its papers, in order. */
export function checkCode(recordDigest, paperDigests) {
  const digest = sha256Text(["zongmu-package-1", recordDigest, ...[...paperDigests].sort()].join("\n"));
  let bits = BigInt(`0x${digest.slice(0, 15)}`);
  let out = "";
  for (let n = 0; n < 12; n++) {
    out = ALPHABET[Number(bits % 32n)] + out;
    bits /= 32n;
  }
  return out.replace(/(.{4})(?=.)/g, "$1-");
}

const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const safeName = (name) => name.replace(/[^\w.\-\u4e00-\u9fff]/g, "_").replace(/^\.+/, "_").slice(-80);

/** The papers that the record names and that were chosen here: [digest, {name, bytes}]. */
export function papersOf(data, papers) {
  const out = [];
  for (const act of data.milestones || []) for (const d of act.documents || []) if (d.sha256 && papers.has(d.sha256) && !out.some(([x]) => x === d.sha256)) out.push([d.sha256, papers.get(d.sha256)]);
  return out;
}

/** {manifest, code} of a package. */
export function manifestOf(data, text, papers, submitter, baseDigest) {
  const digest = sha256Text(text);
  const chosen = papersOf(data, papers);
  const code = checkCode(digest, chosen.map(([d]) => d));
  const manifest = {
    format: 1,
    type: "zongmu-package",
    check_code: code,
    jurisdiction: data.jurisdiction,
    record: { path: "project.yaml", sha256: digest, id: data.id, ...(baseDigest ? { base_sha256: baseDigest } : {}) },
    attachments: chosen.map(([d, p]) => ({ path: `attachments/${d.slice(0, 12)}-${safeName(p.name)}`, name: p.name, size: p.bytes.length, sha256: d })),
    submitter,
  };
  return { manifest, code };
}

/** The package as bytes. */
export function packageOf(data, text, papers, submitter, baseDigest, rows) {
  const { manifest, code } = manifestOf(data, text, papers, submitter, baseDigest);
  const files = {
    "manifest.json": strToU8(`${JSON.stringify(manifest, null, 2)}\n`),
    "project.yaml": strToU8(text),
    "sheet.html": strToU8(sheet(data, rows, submitter, code, manifest)),
  };
  for (const entry of manifest.attachments) files[entry.path] = papers.get(entry.sha256).bytes;
  return { bytes: zipSync(files, { level: 6, mtime: new Date(2026, 0, 1) }), code };
}

/** The printable application sheet, a whole page without scripts. *rows*: [label, text]. */
export function sheet(data, rows, submitter, code, manifest) {
  const en = LANG === "en";
  const cells = rows.map(([label, text]) => `<tr><th>${escape(label)}</th><td>${escape(text)}</td></tr>`).join("");
  const papers = manifest.attachments.map((a) => `<li>${escape(a.name)} <code>${a.sha256.slice(0, 16)}…</code></li>`).join("");
  return `<!doctype html><html lang="${en ? "en" : "zh"}"><meta charset="utf-8"><title>${en ? "Application sheet" : "项目申报表"} ${escape(data.name || "")}</title>
<style>@page{size:A4;margin:22mm 20mm}body{font:14px/1.6 FangSong,"仿宋_GB2312",STFangsong,serif;color:#000}h1{font:700 22px/1.4 "方正小标宋简体",SimHei,"Noto Sans CJK SC",sans-serif;text-align:center;margin:0 0 4px}p.n{text-align:center;margin:0 0 12px;font-size:12px}table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:5px 8px;text-align:left;vertical-align:top;word-break:break-word;white-space:pre-wrap}th{width:30%;font-weight:400}.code{font:700 18px/1 ui-monospace,Consolas,monospace;letter-spacing:2px}.sign td{height:64px}li{font-size:12px}tr{break-inside:avoid}</style>
<h1>${en ? "Application sheet (reference form)" : "政务信息化项目申报表（参考样式）"}</h1><p class="n">${en ? "Amounts in the unit shown" : "金额单位见各栏"}</p>
<p>${t("code")}: <span class="code">${code}</span></p>
<table><tr><th>${t("unit")}</th><td>${escape(submitter.unit || "")}</td></tr><tr><th>${t("office")}</th><td>${escape(submitter.office || "")}</td></tr><tr><th>${t("paper")}</th><td>${escape(submitter.paper || "")}</td></tr>${cells}</table>
${papers ? `<h2>${t("papers")}</h2><ol>${papers}</ol>` : ""}
<table class="sign"><tr><th>${en ? "Handled by (office)" : "经办（处室）"}</th><td></td></tr><tr><th>${en ? "Head of office" : "处室负责人意见"}</th><td></td></tr><tr><th>${en ? "Leader; seal; date" : "单位负责人意见（盖章）　　　年　月　日"}</th><td></td></tr></table></html>
`;
}

/** The address of a forge's page for a new file with all in it; null where the forge has none. */
export function forgeLink(kind, base, branch, path, text) {
  if (!/^https?:\/\/[^\s?#]+$/.test(base)) return null;
  const root = base.replace(/(\.git)?\/*$/, "");
  const at = branch.split("/").map(encodeURIComponent).join("/");
  switch (kind) {
    case "github":
      return `${root}/new/${at}?filename=${encodeURIComponent(path)}&value=${encodeURIComponent(text)}`;
    case "gitlab":
      return `${root}/-/new/${at}?file_name=${encodeURIComponent(path)}&content=${encodeURIComponent(text)}`;
    case "gitea":
      return `${root}/_new/${at}/?filename=${encodeURIComponent(path)}&value=${encodeURIComponent(text)}`;
    default:
      return null;
  }
}

/** Offers bytes or text as a file. */
export function save(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  document.body.appendChild(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

