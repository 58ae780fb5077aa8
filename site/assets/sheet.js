/* 一个项目的电子表格：点一下时由该项目的 JSON 做成，不发往任何地方。没有脚本时 JSON 和各表照旧可下载。
   One project as a spreadsheet: made of its JSON when somebody asks, and sent nowhere. Without scripts the JSON and the tables
   are there all the same. A text is only ever a text: no formula, and never one that a program could take for a formula. */
(function () {
  "use strict";
  var link = document.getElementById("zm-json"), zh = document.documentElement.lang !== "en";
  if (!link || !window.fetch || !window.TextEncoder) return;
  function word(a, b) { return zh ? a : b; }

  /* ── 单元格 cells ── */
  var UNSEEN = /^[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}]+/u, NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, LONGEST = 32767;
  var MONEY = /^(-?)(\d+)(?:\.(\d+))?(元|万元|亿元)$/, DAY = /^(\d{4})-(\d\d)-(\d\d)$/, PLACES = { "元": 0, "万元": 4, "亿元": 8 };
  function text(said) {
    var held = said.replace(NOT_XML, "\ufffd"), first = Array.from(held.replace(UNSEEN, ""))[0] || "";
    if (/^['\t\r\n]/.test(held) || /^[=+\-@]/.test(first.normalize("NFKC"))) held = "'" + held;
    return held.length > LONGEST ? held.slice(0, LONGEST - 1) + "…" : held;
  }
  function xml(said) { return said.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;").replace(/\r/g, "&#13;"); }
  /* 金额是元，逐位移小数点，不经浮点 amounts in yuan: the point is moved digit by digit */
  function yuan(parts) {
    var many = PLACES[parts[4]], rest = parts[3] || "";
    while (rest.length < many) rest += "0";
    return parts[1] + (parts[2] + rest.slice(0, many)).replace(/^0+(?=\d)/, "") + (rest.length > many ? "." + rest.slice(many) : "");
  }
  function serial(said) {
    var parts = DAY.exec(said), time = parts ? Date.UTC(+parts[1], parts[2] - 1, +parts[3]) : NaN;
    return parts && parts[1] >= "1901" && new Date(time).toISOString().slice(0, 10) === said ? time / 864e5 + 25569 : null;
  }
  function letter(n) { return (n > 25 ? letter(Math.floor(n / 26) - 1) : "") + String.fromCharCode(65 + n % 26); }
  function cell(value, at, head) {
    if (value === null || value === undefined || value === "") return "";
    if (typeof value === "number" && isFinite(value)) return '<c r="' + at + '"><v>' + value + "</v></c>";
    if (typeof value === "boolean") return '<c r="' + at + '" t="b"><v>' + Number(value) + "</v></c>";
    var said = String(value), money = head ? null : MONEY.exec(said), day = head ? null : serial(said);
    if (money) return '<c r="' + at + '" s="1"><v>' + yuan(money) + "</v></c>";
    if (day !== null) return '<c r="' + at + '" s="2"><v>' + day + "</v></c>";
    return '<c r="' + at + '" t="inlineStr"' + (head ? ' s="3"' : "") + '><is><t xml:space="preserve">' + xml(text(said)) + "</t></is></c>";
  }
  function sheet(rows, heads) {
    var wide = rows.reduce(function (most, row) { return Math.max(most, row.length); }, 1), columns = "";
    for (var n = 1; n <= wide; n++) columns += '<col min="' + n + '" max="' + n + '" width="' + (heads ? 18 : [30, 30, 80][n - 1] || 18) + '" customWidth="1"/>';
    return '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
      (heads ? '<sheetViews><sheetView workbookViewId="0"><pane ySplit="' + heads + '" topLeftCell="A' + (heads + 1) + '" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' : "") +
      "<cols>" + columns + "</cols><sheetData>" + rows.map(function (row, r) {
        return '<row r="' + (r + 1) + '">' + row.map(function (value, n) { return cell(value, letter(n) + (r + 1), r < heads); }).join("") + "</row>";
      }).join("") + "</sheetData></worksheet>";
  }

  /* ── JSON 摊平成表 the JSON laid flat ── */
  function plain(value) { return value !== null && typeof value === "object" && !Array.isArray(value); }
  function rowsOf(value) { return Array.isArray(value) && value.some(plain); }
  function flat(value, path, out, lists) {
    Object.keys(value).forEach(function (name) {
      var one = value[name], key = path ? path + "." + name : name;
      if (plain(one)) flat(one, key, out, lists);
      else if (rowsOf(one)) { if (lists) lists.push([name, one]); else out[key] = JSON.stringify(one); }
      else out[key] = Array.isArray(one) ? one.map(function (v) { return String(v).replace(/;/g, "；"); }).join(";") : one;
    });
    return out;
  }
  var OWN = { ladder: ["资金阶梯", "Money"], parts: ["分项资金", "Money by part"], replies: ["答复期限", "Replies due"], outcomes: ["依规检查", "Held against the law"] };
  var COLUMNS = {
    step: ["级次", "Step"], amount: ["金额", "Amount"], source: ["出处", "Where it stands"], trace: ["推理过程", "Trace"], what: ["事项", "What"],
    "against_original.fen": ["较原始基线（分）", "Against the original baseline (fen)"], "against_original.basis_points": ["较原始基线（万分之一）", "Against the original baseline (basis points)"],
    "against_current.fen": ["较现行基线（分）", "Against the current baseline (fen)"], "against_current.basis_points": ["较现行基线（万分之一）", "Against the current baseline (basis points)"]
  };
  function sheets(data, tables) {
    var lists = [], one = flat(data, "", Object.create(null), lists), project = tables.projects;
    function title(table, key) { return table && table.titles[key] || ""; }
    function column(name, key) {
      var bare = key.replace(/\./g, "_"), own = Object.prototype.hasOwnProperty.call(COLUMNS, key) ? COLUMNS[key][zh ? 0 : 1] : "";
      return title(tables[name], bare) || (name === "milestones" ? title(tables.contracts, bare) : "") || own || key;
    }
    var about = [
      [word("说明", "Note"), "", word("金额以元计；代码的含义见 " + data.address + "schema/index.html；以 = + - @ 或撇号开头的文字前多一个撇号，以免当作公式", "Amounts in yuan; what codes mean is said at " + data.address + "en/schema/index.html; text that begins with = + - @ or an apostrophe has one more in front, lest it be taken for a formula")],
      [word("来源", "Source"), "", data.address + "projects/" + data.project.id + ".json"]
    ];
    var out = [[word("项目", "Project"), about.concat(Object.keys(one).map(function (key) {
      var bare = key.replace(/^(project|derived)\./, "").replace(/\./g, "_");
      return [title(project, bare), key, one[key]];
    })), 0]];
    lists.forEach(function (list) {
      var keys = [], rows = list[1].map(function (row) { return flat(row, "", Object.create(null), null); }), table = tables[list[0]];
      rows.forEach(function (row) { Object.keys(row).forEach(function (key) { if (keys.indexOf(key) < 0) keys.push(key); }); });
      var titles = keys.map(function (key) {
        var money = rows.some(function (row) { return typeof row[key] === "string" && MONEY.test(row[key]); });
        return column(list[0], key) + (money ? word("（元）", " (CNY)") : "");
      });
      var called = OWN[list[0]] ? OWN[list[0]][zh ? 0 : 1] : table ? table.title : list[0];
      out.push([called, [titles, keys].concat(rows.map(function (row) { return keys.map(function (key) { return row[key]; }); })), 2]);
    });
    return out;
  }
  /* 各表的列名，取自 CSV 的说明 what columns are called, from what describes the CSV files */
  function titlesOf(metadata) {
    var out = Object.create(null);
    function said(both) { return both.filter(function (one) { return one["@language"] === (zh ? "zh" : "en"); })[0]["@value"]; }
    metadata.tables.forEach(function (table) {
      var titles = Object.create(null);
      table.tableSchema.columns.forEach(function (c) { titles[c.name] = zh ? c.titles.zh[1] : c.titles.en[0]; });
      out[table.url.replace(/\.csv$/, "")] = { title: said(table["dc:title"]), titles: titles };
    });
    return out;
  }

  /* ── 压缩包，不压缩 a zip file, stored ── */
  var table32 = null;
  function crc(bytes) {
    if (!table32) {
      table32 = new Uint32Array(256);
      for (var n = 0; n < 256; n++) { for (var c = n, k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ c >>> 1 : c >>> 1; table32[n] = c; }
    }
    var sum = -1;
    for (var i = 0; i < bytes.length; i++) sum = table32[(sum ^ bytes[i]) & 255] ^ sum >>> 8;
    return ~sum >>> 0;
  }
  function zipped(files) {
    var parts = [], central = [], at = 0, size = 0, encoder = new TextEncoder();
    function head(numbers) { var bytes = []; numbers.forEach(function (p) { for (var n = 0; n < p[1]; n++) bytes.push(p[0] >>> 8 * n & 255); }); return new Uint8Array(bytes); }
    files.forEach(function (file) {
      var name = encoder.encode(file[0]), data = encoder.encode(file[1]);
      /* 1980-01-01：同样的数据得到同样的字节 the same data are the same bytes */
      var common = [[20, 2], [0x800, 2], [0, 2], [0, 2], [33, 2], [crc(data), 4], [data.length, 4], [data.length, 4], [name.length, 2], [0, 2]];
      parts.push(head([[0x04034b50, 4]].concat(common)), name, data);
      central.push(head([[0x02014b50, 4], [20, 2]].concat(common, [[0, 2], [0, 2], [0, 2], [0, 4], [at, 4]])), name);
      at += 30 + name.length + data.length;
      size += 46 + name.length;
    });
    return new Blob(parts.concat(central, head([[0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [at, 4], [0, 2]])), { type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" });
  }
  function workbook(all) {
    var MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", PACKAGE = "http://schemas.openxmlformats.org/package/2006/", KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    var top = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n', taken = Object.create(null);
    function each(make) { return all.map(make).join(""); }
    function name(said) {
      var plain = said.replace(NOT_XML, "").replace(/[[\]:*?/\\']/g, " ").slice(0, 26).trim() || "sheet", wanted = plain, n = 1;
      while (taken[wanted.toLowerCase()]) wanted = plain + " " + ++n;
      taken[wanted.toLowerCase()] = true;
      return wanted;
    }
    return zipped([
      ["[Content_Types].xml", top + '<Types xmlns="' + PACKAGE + 'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="' + KIND + 'sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="' + KIND + 'styles+xml"/>' +
        each(function (_, n) { return '<Override PartName="/xl/worksheets/sheet' + (n + 1) + '.xml" ContentType="' + KIND + 'worksheet+xml"/>'; }) + "</Types>"],
      ["_rels/.rels", top + '<Relationships xmlns="' + PACKAGE + 'relationships"><Relationship Id="rId1" Type="' + REL + '/officeDocument" Target="xl/workbook.xml"/></Relationships>'],
      ["xl/workbook.xml", top + '<workbook xmlns="' + MAIN + '" xmlns:r="' + REL + '"><sheets>' + each(function (one, n) { return '<sheet name="' + xml(name(one[0])) + '" sheetId="' + (n + 1) + '" r:id="rId' + (n + 1) + '"/>'; }) + "</sheets></workbook>"],
      ["xl/_rels/workbook.xml.rels", top + '<Relationships xmlns="' + PACKAGE + 'relationships">' + each(function (_, n) { return '<Relationship Id="rId' + (n + 1) + '" Type="' + REL + '/worksheet" Target="worksheets/sheet' + (n + 1) + '.xml"/>'; }) +
        '<Relationship Id="rId' + (all.length + 1) + '" Type="' + REL + '/styles" Target="styles.xml"/></Relationships>'],
      ["xl/styles.xml", top + '<styleSheet xmlns="' + MAIN + '"><numFmts count="2"><numFmt numFmtId="164" formatCode="#,##0.00"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>' +
        '<cellXfs count="4"><xf xfId="0"/><xf numFmtId="164" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" xfId="0" applyNumberFormat="1"/><xf fontId="1" xfId="0" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>']
    ].concat(all.map(function (one, n) { return ["xl/worksheets/sheet" + (n + 1) + ".xml", sheet(one[1], one[2])]; })));
  }

  /* ── 按钮 the button ── */
  var button = document.createElement("button"), said = document.createElement("span");
  button.type = "button";
  button.className = "zm-link";
  button.textContent = word("电子表格（XLSX）", "Spreadsheet (XLSX)");
  said.setAttribute("role", "status");
  link.parentNode.appendChild(document.createTextNode(word("，", ", ")));
  link.parentNode.appendChild(button);
  link.parentNode.appendChild(said);
  function read(address) { return fetch(address).then(function (answer) { if (!answer.ok) throw new Error(answer.status); return answer.json(); }); }
  button.addEventListener("click", function () {
    said.textContent = "";
    var titles = read(link.href.replace(/projects\/[^/]*$/, "data/csv/csv-metadata.json")).then(titlesOf).catch(function () { return Object.create(null); });
    Promise.all([read(link.href), titles]).then(function (got) {
      var address = URL.createObjectURL(workbook(sheets(got[0], got[1]))), a = document.createElement("a");
      a.href = address;
      a.download = link.href.replace(/^.*\//, "").replace(/\.json$/, ".xlsx");
      document.body.appendChild(a);
      a.click();
      document.body.removeChild(a);
      setTimeout(function () { URL.revokeObjectURL(address); }, 1000);
    }).catch(function () {
      said.textContent = location.protocol === "file:" ?
        word("从文件夹打开的页面，浏览器不让它读旁边的文件；请打开网站，或下载 JSON、CSV。", " A page opened from a folder may not read the file beside it: open the site itself, or take the JSON or CSV.") :
        word("没有读到数据，请再试，或下载 JSON。", " The data could not be read: try again, or take the JSON.");
    });
  });
})();
