// Bundles Sveltia CMS into site/cms/admin/ (npm ci && npm run build); what comes out is committed with its digests and licences.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { files, licences, writeLicences, writeManifest } from "../bundling.mjs";

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
  nodePaths: [join(here, "node_modules")], // for what it shares with the form
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

const texts = licences(here, made.metafile, ["@sveltia/cms"]);
for (const file of readdirSync(assets).filter((f) => f.endsWith(".LICENSE.txt")).sort())
  texts.push(`${file.replace(".LICENSE.txt", "")} (font)\n\n${readFileSync(join(assets, file), "utf8").trim()}\n`);
writeLicences(join(out, "LICENSES.txt"), texts);
writeManifest(join(here, "manifest.json"), here, out, files(out), ["../form/src/keep.js"]);
