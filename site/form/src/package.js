// What leaves the page: the file, the package with its manifest and sheet, the address of a forge's new-file page.
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { Unreadable, utf8 } from "./read.js";
import { sha256, sha256Text } from "./sha256.js";
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

/** What the papers of a package may weigh together: the desk takes 200 MiB, the record and the sheet included. */
export const PAPERS_LIMIT = (200 << 20) - (2 << 20);

/** MiB of the papers where they are more than a package may hold; else 0. */
export function tooHeavy(data, papers) {
  const bytes = papersOf(data, papers).reduce((sum, [, paper]) => sum + paper.bytes.length, 0);
  return bytes > PAPERS_LIMIT ? Math.ceil(bytes / (1 << 20)) : 0;
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
export function packageOf(data, text, papers, submitter, baseDigest, parts, notice) {
  const { manifest, code } = manifestOf(data, text, papers, submitter, baseDigest);
  const files = {
    "manifest.json": strToU8(`${JSON.stringify(manifest, null, 2)}\n`),
    "project.yaml": strToU8(text),
    "sheet.html": strToU8(sheet(data, parts, submitter, code, manifest, notice)),
  };
  for (const entry of manifest.attachments) files[entry.path] = papers.get(entry.sha256).bytes;
  return { bytes: zipSync(files, { level: 6, mtime: new Date(2026, 0, 1) }), code };
}

/** The style of the sheet; a page opened by ours takes it without a style element, which our policy forbids. */
export const SHEET_STYLE = '@page{size:A4;margin:20mm 18mm}body{font:14px/1.6 FangSong,"仿宋_GB2312",STFangsong,"Noto Serif CJK SC",serif;color:#000;max-width:50em;margin:0 auto}h1{font:700 22px/1.4 "方正小标宋简体",SimHei,"Noto Sans CJK SC",sans-serif;text-align:center;margin:0 0 10px}.top{display:flex;justify-content:space-between;align-items:baseline;margin:0 0 8px}table{border-collapse:collapse;width:100%;table-layout:fixed;margin:0 0 12px}th,td{border:1px solid #000;padding:4px 8px;text-align:left;vertical-align:top;overflow-wrap:anywhere;white-space:pre-wrap}col.k{width:28%}th{font-weight:400}th.part{font:700 14px/1.6 SimHei,"Noto Sans CJK SC",sans-serif;background:#eee;-webkit-print-color-adjust:exact}.code{font:700 17px/1 Consolas,monospace;letter-spacing:2px}.sign td{height:56px;text-align:right;vertical-align:bottom}.sign{break-inside:avoid}p.n{font-size:12px;margin:0 0 8px}p.demo{border:2px solid #000;font:700 12px/1.6 SimHei,"Noto Sans CJK SC",sans-serif;margin:0 0 14px;padding:3px 8px}tr{break-inside:avoid}';

/** The printable application sheet, a whole page without scripts. *parts*: [heading, [[label, text]]]; *notice*: of a demonstration, [zh, en]. */
export function sheet(data, parts, submitter, code, manifest, notice, style = true) {
  const en = LANG === "en";
  const row = ([label, text]) => `<tr><th scope="row">${escape(label)}</th><td>${escape(text)}</td></tr>`;
  const names = ["unit", "office", "paper"].map((name) => [t(name), submitter[name] || ""]);
  const papers = manifest.attachments.map((a, n) => [String(n + 1), `${a.name}（${Math.ceil(a.size / 1024)} KiB，SHA-256 ${a.sha256.slice(0, 16)}…）`]);
  const tables = [[t("handedIn"), names], ...parts, ...(papers.length ? [[t("inPackage"), papers]] : [])];
  const body = tables.map(([head, rows]) => `<tr><th class="part" colspan="2" scope="colgroup">${escape(head)}</th></tr>${rows.map(row).join("")}`).join("");
  const signs = en ? ["Handled by (office)", "Head of office", "Leader (seal)"] : ["经办人（处室）", "处室负责人意见", "单位负责人意见（盖章）"];
  return `<!doctype html><html lang="${en ? "en" : "zh"}"><meta charset="utf-8"><title>${t("sheetTitle")} ${escape(data.name || "")}</title>${style ? `<style>${SHEET_STYLE}</style>` : ""}
${notice ? `<p class="demo">${en ? "Demonstration. " : "演示　"}${escape(notice[en ? 1 : 0])}</p>\n` : ""}<h1>${t("sheetTitle")}</h1>
<p class="top"><span>${t("code")} <b class="code">${code}</b></span><span>${t("id")} ${escape(data.id || "")}</span></p>
<p class="n">${t("sheetNote")}</p>
<table><colgroup><col class="k"><col></colgroup>${body}</table>
<table class="sign"><colgroup><col class="k"><col></colgroup>${signs.map((s) => `<tr><th scope="row">${s}</th><td>${en ? "Date:" : "　　　　年　　月　　日"}</td></tr>`).join("")}</table></html>
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

const RECORD_LIMIT = 256 * 1024;

/** What a package that was made here holds: {text, base, papers, submitter}. Throws for what is none. */
export function readPackage(bytes) {
  let files;
  let manifest;
  try {
    files = unzipSync(bytes, { filter: (f) => f.originalSize <= (f.name.startsWith("attachments/") ? 200 << 20 : RECORD_LIMIT << 1) });
    manifest = JSON.parse(strFromU8(files["manifest.json"]));
  } catch {
    throw new Unreadable(t("noPackage"));
  }
  if (!manifest || manifest.type !== "zongmu-package" || !files["project.yaml"] || files["project.yaml"].length > RECORD_LIMIT) throw new Unreadable(t("noPackage"));
  const papers = new Map();
  for (const { path, name } of Array.isArray(manifest.attachments) ? manifest.attachments : []) if (files[path]) papers.set(sha256(files[path]), { name: String(name), bytes: files[path] });
  const { unit = "", office = "", paper = "" } = manifest.submitter || {};
  return { text: utf8(files["project.yaml"]), base: manifest.record && manifest.record.base_sha256, papers, submitter: { unit: String(unit), office: String(office), paper: String(paper) } };
}

/** Where the record names papers that are neither here nor in the record that was opened. */
export function missingPapers(data, papers, former) {
  const there = new Set(((former && former.milestones) || []).flatMap((act) => (act.documents || []).map((d) => d.sha256)));
  return (data.milestones || []).flatMap((act, n) => (act.documents || []).map((d, m) => [d, ["milestones", String(n), "documents", String(m), "sha256"]])).filter(([d]) => d.sha256 && !papers.has(d.sha256) && !there.has(d.sha256)).map(([, pointer]) => pointer);
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

