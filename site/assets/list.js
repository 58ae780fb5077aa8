/* 总目录：筛选、排序、分页，地址可以转发。数据在 projects/rows.js；没有脚本时仍是完整的静态表。
   The list: filter, sort, page, and an address to pass on. Rows are in projects/rows.js; without scripts the static table stays.
   Text only ever goes in as text. */
(function () {
  "use strict";
  var data = window.zongmuList, table = document.getElementById("zm-list"), box = document.getElementById("zm-filter");
  if (!data || !table || !box) return;
  var zh = document.documentElement.lang !== "en", PAGE = 50;
  var ID = 0, NAME = 1, EN = 2, CITY = 3, CLASS = 4, STAGE = 5, OWNER = 6, YEAR = 7, APPROVED = 8, CONTRACTED = 9, LAST = 10, FAILS = 11, SUPPLIERS = 12;
  var body = table.tBodies[0], pager = document.getElementById("zm-pager"), count = document.getElementById("zm-count");
  var total = document.getElementById("zm-total");
  function word(a, b) { return zh ? a : b; }
  function fold(text) { return text.normalize("NFKC").toLowerCase(); }
  function term(name, place) { return place < 0 ? null : data.tables[name][place]; }
  function title(name, place) { var t = term(name, place); return t ? t[zh ? 1 : 2] : ""; }
  function el(tag, text, cls) { var e = document.createElement(tag); if (text) e.textContent = text; if (cls) e.className = cls; return e; }

  /* 每行一段可查的文字 one text to look in for each row */
  var texts = data.rows.map(function (r) {
    var owner = term("owner", r[OWNER]);
    return fold([r[ID], r[NAME], r[EN], owner ? owner.slice(1).join(" ") : "", r[SUPPLIERS]].join(" "));
  });

  var state = { q: "", city: "", cls: "", stage: "", year: "", owner: "", fails: "", sort: "", page: 1 };

  function read() {
    var given = {};
    location.hash.slice(1).split("&").forEach(function (pair) {
      var at = pair.indexOf("=");
      if (at > 0) try { given[pair.slice(0, at)] = decodeURIComponent(pair.slice(at + 1)); } catch (e) { /* 不是地址 not an address */ }
    });
    Object.keys(state).forEach(function (k) { state[k] = k === "page" ? Math.max(1, parseInt(given.page, 10) || 1) : given[k] || ""; });
  }
  function write() {
    var parts = [];
    Object.keys(state).forEach(function (k) {
      var v = state[k];
      if (v && !(k === "page" && v === 1)) parts.push(k + "=" + encodeURIComponent(v));
    });
    var hash = parts.join("&");
    if (hash !== location.hash.slice(1)) history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
  }

  /* ── 控件 controls ── */
  var form = el("form", "", "zm-filter"), fields = {};
  form.setAttribute("role", "search");
  form.addEventListener("submit", function (e) { e.preventDefault(); });
  function labelled(label, input, key) {
    var l = el("label", label);
    l.appendChild(input);
    form.appendChild(l);
    fields[key] = input;
    input.addEventListener(input.tagName === "INPUT" ? "input" : "change", function () { state[key] = input.value; state.page = 1; show(); });
  }
  function choice(label, key, options) {
    if (options.length < 2) return;
    var s = el("select");
    s.appendChild(new Option(word("全部", "All"), ""));
    options.forEach(function (o) { s.appendChild(new Option(o[1], o[0])); });
    labelled(label, s, key);
  }
  var search = el("input");
  search.type = "search";
  search.placeholder = word("名称、登记号、单位、曾用名、供应商", "name, number, body, former name, supplier");
  labelled(word("查找", "Search"), search, "q");
  function merged(name, place) {
    /* 两城同名的阶段、类别合为一项 stages of one title in two cities are one choice */
    var seen = {}, out = [];
    data.tables[name].forEach(function (t) {
      var text = t[zh ? 1 : 2];
      if (!seen[text]) { seen[text] = [text, text, t[3]]; out.push(seen[text]); }
    });
    return out.sort(function (a, b) { return a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : a[0] < b[0] ? -1 : 1; });
  }
  choice(word("城市", "City"), "city", data.tables.city.map(function (t) { return [t[0], t[zh ? 1 : 2]]; }));
  choice(word("类别", "Class"), "cls", merged("class"));
  choice(word("阶段", "Stage"), "stage", merged("stage"));
  var years = {};
  data.rows.forEach(function (r) { years[r[YEAR]] = 1; });
  choice(word("年份", "Year"), "year", Object.keys(years).sort().reverse().map(function (y) { return [y, y]; }));
  choice(word("单位", "Body"), "owner", data.tables.owner.map(function (t) { return [t[0], t[zh ? 1 : 2]]; }).sort(function (a, b) { return a[1].localeCompare(b[1], zh ? "zh" : "en"); }));
  if (data.rows.some(function (r) { return r[FAILS] > 0; })) choice(word("依规检查", "Outcomes"), "fails", [["1", word("有不符合项", "with failures")], ["0", word("没有不符合项", "without failures")]]);
  var clear = el("button", word("清除条件", "Clear"));
  clear.type = "button";
  clear.addEventListener("click", function () { Object.keys(state).forEach(function (k) { state[k] = k === "page" ? 1 : ""; }); show(); });
  form.appendChild(clear);
  box.replaceWith(form);

  /* ── 排序 sorting ── */
  Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th) {
    var b = el("button", th.textContent);
    b.type = "button";
    th.textContent = "";
    th.appendChild(b);
    b.addEventListener("click", function () {
      var key = th.getAttribute("data-sort");
      state.sort = state.sort === key ? "-" + key : key;
      state.page = 1;
      show();
    });
  });
  function value(r, column) {
    if (column === STAGE) { var t = term("stage", r[STAGE]); return t ? t[3] : ""; }
    if (column === CLASS) return title("class", r[CLASS]);
    if (column === OWNER) return title("owner", r[OWNER]);
    return column === NAME && !zh && r[EN] ? r[EN] : r[column];
  }
  function sorted(places) {
    var key = state.sort.replace("-", ""), down = state.sort.charAt(0) === "-", column = parseInt(key, 10);
    if (!key || isNaN(column)) return places;
    return places.slice().sort(function (a, b) {
      var x = value(data.rows[a], column), y = value(data.rows[b], column), none = (x === null || x === "") - (y === null || y === "");
      if (none) return none;
      var order = typeof x === "number" ? x - y : String(x).localeCompare(String(y), zh ? "zh" : "en");
      return (down ? -order : order) || a - b;
    });
  }

  /* ── 显示 showing ── */
  function matches(r, n, words) {
    if (state.city && (term("city", r[CITY]) || [])[0] !== state.city) return false;
    if (state.cls && title("class", r[CLASS]) !== state.cls) return false;
    if (state.stage && title("stage", r[STAGE]) !== state.stage) return false;
    if (state.year && String(r[YEAR]) !== state.year) return false;
    if (state.owner && (term("owner", r[OWNER]) || [])[0] !== state.owner) return false;
    if (state.fails && (r[FAILS] > 0 ? "1" : "0") !== state.fails) return false;
    return words.every(function (w) { return texts[n].indexOf(w) >= 0; });
  }
  function amount(fen) {
    if (fen === null) return "";
    if (!zh) return (fen / 100).toLocaleString("en-US", { maximumFractionDigits: 2, minimumFractionDigits: fen % 100 ? 2 : 0 });
    return (Math.round(fen / 1e4) / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }
  function row(r) {
    var tr = el("tr"), head = el("th"), link = el("a", zh || !r[EN] ? r[NAME] : r[EN]);
    head.scope = "row";
    link.href = r[ID] + ".html";
    if (!zh && !r[EN]) link.lang = "zh";
    head.appendChild(link);
    head.appendChild(el("span", r[ID], "zm-id"));
    tr.appendChild(head);
    function cell(text, cls, label) { var td = el("td", text, cls); if (label) td.setAttribute("data-label", label); tr.appendChild(td); return td; }
    cell(title("owner", r[OWNER]));
    cell(title("class", r[CLASS]));
    var stage = title("stage", r[STAGE]), td = cell("");
    if (stage) td.appendChild(el("span", stage, "zm-badge zm-badge--stage"));
    cell(amount(r[APPROVED]), "zm-num", word("批复（万元）", "Approved (CNY)"));
    cell(amount(r[CONTRACTED]), "zm-num", word("合同（万元）", "Contracted (CNY)"));
    cell(r[LAST], "zm-date", word("最近事项", "Latest act"));
    return tr;
  }
  function show() {
    var words = fold(state.q).split(/\s+/).filter(Boolean), places = [];
    data.rows.forEach(function (r, n) { if (matches(r, n, words)) places.push(n); });
    places = sorted(places);
    var pages = Math.max(1, Math.ceil(places.length / PAGE));
    state.page = Math.min(state.page, pages);
    var start = (state.page - 1) * PAGE, part = document.createDocumentFragment();
    places.slice(start, start + PAGE).forEach(function (n) { part.appendChild(row(data.rows[n])); });
    if (!places.length) { var tr = el("tr"), td = el("td", word("没有符合条件的项目。", "No project matches.")); td.colSpan = 7; tr.appendChild(td); part.appendChild(tr); }
    body.textContent = "";
    body.appendChild(part);
    total.textContent = String(data.rows.length);
    count.textContent = places.length === data.rows.length
      ? word("共 " + places.length + " 个", places.length + " in all")
      : word("符合条件 " + places.length + " 个，共 " + data.rows.length + " 个", places.length + " of " + data.rows.length + " match");
    if (pages > 1) count.textContent += word("；第 " + state.page + " 页，共 " + pages + " 页", "; page " + state.page + " of " + pages);
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th) {
      var key = th.getAttribute("data-sort");
      if (state.sort.replace("-", "") === key) th.setAttribute("aria-sort", state.sort.charAt(0) === "-" ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    });
    Object.keys(fields).forEach(function (k) { if (fields[k].value !== String(state[k])) fields[k].value = state[k]; });
    turn(pages);
    write();
  }
  function turn(pages) {
    pager.textContent = "";
    if (pages < 2) return;
    var ul = el("ul"), last = 0;
    for (var n = 1; n <= pages; n++) {
      if (n > 2 && n < pages - 1 && Math.abs(n - state.page) > 2) continue;
      if (n - last > 1) ul.appendChild(el("li", "…"));
      last = n;
      var b = el("button", String(n)), li = el("li");
      b.type = "button";
      if (n === state.page) b.setAttribute("aria-current", "page");
      b.addEventListener("click", (function (to) { return function () { state.page = to; show(); table.scrollIntoView(); }; })(n));
      li.appendChild(b);
      ul.appendChild(li);
    }
    pager.appendChild(ul);
  }
  window.addEventListener("hashchange", function () { read(); show(); });
  read();
  show();
})();
