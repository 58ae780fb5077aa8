// Bundles Sveltia CMS into site/cms/admin/ (npm ci && npm run build); what comes out is committed with its digests and licences.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "admin");
const sveltia = join(here, "node_modules", "@sveltia", "cms");
rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "assets"), { recursive: true });

// Records are text: editors of pictures, maps, code and rich text are left out, and so are all languages but Chinese (English is within).
const absent = /^(@shikijs\/|svgo|leaflet|terra-draw|exifr|turndown|@mixmark-io\/)/;
const without = {
  name: "without",
  setup(b) {
    b.onResolve({ filter: absent }, (a) => ({ path: a.path, namespace: "absent" }));
    b.onResolve({ filter: /\.\.\/locales\/.*\.json$/ }, (a) =>
      a.path.endsWith("/zh-CN.json") ? undefined : { path: a.path, namespace: "absent" },
    );
    b.onResolve({ filter: /\/(heic|webp_enc|webp_enc_simd|shiki-engine)-.*\.js$/ }, (a) => ({ path: a.path, namespace: "absent" }));
    b.onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: "export default {};", loader: "js" }));
  },
};
const made = await build({
  entryPoints: { cms: join(here, "src", "main.js") },
  bundle: true,
  minify: true,
  format: "esm",
  charset: "utf8",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".png": "dataurl", ".css": "text" },
  plugins: [without],
  outdir: out,
  metafile: true,
});

const assets = join(sveltia, "npm", "assets");
for (const file of readdirSync(assets)) if (/\.woff2$/.test(file)) copyFileSync(join(assets, file), join(out, "assets", file));

const packages = new Set(["@sveltia/cms"]);
for (const input of Object.keys(made.metafile.inputs)) {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (found) packages.add(found[1]);
}
const licences = [...packages].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((f) => /^(licen[cs]e|copying)/i.test(f));
  return `${name} ${about.version} — ${about.license}\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : `(${about.license})`}\n`;
});
for (const file of readdirSync(assets).filter((f) => f.endsWith(".LICENSE.txt")).sort())
  licences.push(`${file.replace(".LICENSE.txt", "")} (font)\n\n${readFileSync(join(assets, file), "utf8").trim()}\n`);
writeFileSync(join(out, "LICENSES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));

const digest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");
const all = (folder, at = "") =>
  readdirSync(join(folder, at), { withFileTypes: true })
    .flatMap((e) => (e.isDirectory() ? all(folder, `${at}${e.name}/`) : [`${at}${e.name}`]))
    .sort();
const sources = ["package.json", "package-lock.json", "build.mjs", ...all(join(here, "src")).map((f) => `src/${f}`)];
const built = all(out);
writeFileSync(
  join(here, "manifest.json"),
  `${JSON.stringify({ built: Object.fromEntries(built.map((f) => [f, digest(join(out, f))])), sources: Object.fromEntries(sources.map((f) => [f, digest(join(here, f))])) }, null, 2)}\n`,
);
