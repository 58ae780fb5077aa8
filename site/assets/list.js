/* 总目录：检索、分面、排序、分页，地址可以转发。数据在 projects/rows.js，正文索引在 search/；没有脚本时仍是完整的静态表。
   The list: search, facets, sorting, pages, and an address to pass on. Rows are in projects/rows.js, the index of texts in
   search/; without scripts the static tables stay. Text only ever goes in as text. */
(function () {
  "use strict";
  var data = window.zongmuList, find = window.zongmuSearch;
  var table = document.getElementById("zm-list"), box = document.getElementById("zm-filter");
  if (!data || data.format !== 2 || !find || !table || !box) return;
  var zh = document.documentElement.lang !== "en", PAGE = 50, SOON = [30, 90];
  var col = data.columns, tables = data.tables, size = col.id ? col.id.length : 0;
  var body = table.tBodies[0], pager = document.getElementById("zm-pager"), count = document.getElementById("zm-count");
  var empty = document.getElementById("zm-empty"), collator = window.Intl && Intl.Collator ? new Intl.Collator(zh ? "zh-CN" : "en") : null;
  find.rows = size;
  var cells = window.zongmuCells, word = cells.word, el = cells.el, term = cells.term, title = cells.title, day = cells.day, amount = cells.amount;
  function time(number) { return Date.UTC(Math.floor(number / 10000), Math.floor(number / 100) % 100 - 1, number % 100); }

  /* ── 分面 facets: each says for a row under which key it falls ── */
  var BANDS = [[0, word("不足 100 万元", "under CNY 1 million")], [1e8, word("100 万至 500 万元", "CNY 1 to 5 million")], [5e8, word("500 万至 1000 万元", "CNY 5 to 10 million")], [1e9, word("1000 万至 5000 万元", "CNY 10 to 50 million")], [5e9, word("5000 万元以上", "CNY 50 million and more")]];
  function band(n) {
    var fen = col.approved[n], at = -1;
    if (fen === null) return "none";
    BANDS.forEach(function (b, k) { if (fen >= b[0]) at = k; });
    return String(at);
  }
  function due(n) {
    if (col.late[n]) return "late";
    if (!col.due[n]) return "none";
    var days = (time(col.due[n]) - time(data.asof)) / 864e5;
    return days <= SOON[0] ? "30" : days <= SOON[1] ? "90" : "later";
  }
  function coded(name) { return function (n) { var t = term(name, n); return t ? t[0] : ""; }; }
  function words(name) { return function (key) { var t = tables[name].filter(function (r) { return r[0] === key; })[0]; return t ? t[zh ? 1 : 2] : key; }; }
  function order(name) { return function (key) { var t = tables[name].filter(function (r) { return r[0] === key; })[0]; return t && t[3] ? t[3] : key; }; }
  function toldApart(say, keys) {
    /* 两市同名的单位，带上城市 bodies of one name in two cities are told apart by the city */
    var times = Object.create(null);
    keys.forEach(function (k) { times[say(k)] = (times[say(k)] || 0) + 1; });
    return function (k) { return times[say(k)] > 1 && k.indexOf("/") > 0 ? say(k) + " · " + words("city")(k.split("/")[0]) : say(k); };
  }
  var DUE = { late: word("已逾期", "overdue"), "30": word("30 天内到期", "within 30 days"), "90": word("31 至 90 天到期", "in 31 to 90 days"), later: word("90 天后到期", "later"), none: word("没有公开的期限", "no public deadline") };
  var facets = [
    { key: "city", label: word("城市", "City"), of: coded("city"), say: words("city") },
    { key: "cls", label: word("类别", "Class"), of: coded("class"), say: words("class") },
    { key: "stage", label: word("阶段", "Stage"), of: coded("stage"), say: words("stage"), rank: order("stage") },
    { key: "year", label: word("登记年份", "Year"), of: function (n) { return String(col.year[n]); }, say: String, down: true },
    { key: "owner", label: word("单位", "Body"), of: coded("owner"), say: words("owner"), named: true },
    { key: "district", label: word("区划", "District"), of: coded("district"), say: words("district"), named: true },
    { key: "band", label: word("批复金额", "Amount"), of: band, say: function (k) { return k === "none" ? word("没有批复金额", "none approved") : BANDS[k][1]; } },
    { key: "due", label: word("下一期限", "Next deadline"), of: due, say: function (k) { return DUE[k]; }, rank: function (k) { return String(Object.keys({ late: 1, "30": 1, "90": 1, later: 1, none: 1 }).indexOf(k) + (k === "late" ? -9 : 0)); } },
    { key: "fails", label: word("依规检查", "Outcomes"), of: function (n) { return col.fails[n] ? "1" : "0"; }, say: function (k) { return k === "1" ? word("有不符合项", "with failures") : word("没有不符合项", "without failures"); } }
  ];
  facets.push({ key: "rating", label: word("评级", "Rating"), of: coded("rating"), say: words("rating"), rank: order("rating") });
  facets.forEach(function (f) {
    f.keys = [];
    var seen = Object.create(null); /* 文字出自登记 a record's own words */
    f.at = new Int32Array(size);
    for (var n = 0; n < size; n++) {
      var key = f.of(n);
      if (!(key in seen)) { seen[key] = f.keys.length; f.keys.push(key); }
      f.at[n] = seen[key];
    }
    f.places = seen;
  });

  /* 每行一段可查的文字 one text to look in for each row */
  var names = [], texts = [];
  for (var n = 0; n < size; n++) {
    var owner = term("owner", n), place = term("district", n);
    names.push(find.fold(col.name[n] + " " + col.en[n]));
    var kinds = ["city", "class", "stage"].map(function (k) { var t = term(k, n); return t ? t[1] + " " + t[2] : ""; }).join("\n");
    texts.push(names[n] + "\n" + col.id[n] + "\n" + find.fold((owner ? owner.slice(1).join(" ") : "") + "\n" + (place ? place[1] + " " + place[2] : "") + "\n" + kinds + "\n" + col.more[n]));
  }

  /* ── 状态与地址 the state and the address ── */
  var state = { q: "", sort: "", page: 1 };
  facets.forEach(function (f) { state[f.key] = ""; });
  function read() {
    var given = {};
    location.hash.slice(1).split("&").forEach(function (pair) {
      var at = pair.indexOf("=");
      if (at > 0) try { given[pair.slice(0, at)] = decodeURIComponent(pair.slice(at + 1).replace(/\+/g, " ")); } catch (e) { /* 不是地址 not an address */ }
    });
    Object.keys(state).forEach(function (k) { state[k] = k === "page" ? Math.max(1, parseInt(given.page, 10) || 1) : given[k] || ""; });
  }
  function write() {
    var hash = Object.keys(state).filter(function (k) { return state[k] && !(k === "page" && state[k] === 1); }).map(function (k) { return k + "=" + encodeURIComponent(state[k]); }).join("&");
    if (hash !== location.hash.slice(1)) history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
  }

  /* ── 控件 controls ── */
  var form = el("form", "", "zm-filter"), fields = {};
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", word("查找项目", "Find projects"));
  form.addEventListener("submit", function (e) {
    /* 回车到第一个结果 Enter leads to the first that was found */
    e.preventDefault();
    clearTimeout(timer);
    if (state.q !== search.value) { state.q = search.value; state.page = 1; show(); }
    var first = body.querySelector("a");
    if (first) first.focus();
  });
  function labelled(label, input, key, into) {
    var l = el("label", label);
    l.appendChild(input);
    into.appendChild(l);
    fields[key] = input;
  }
  /* 窄屏上条件先收起 on a narrow screen the facets start folded */
  var more = el("details", "", "zm-facets"), inner = el("div", "", "zm-facets__all");
  more.appendChild(el("summary", word("按条件筛选", "Filter")));
  more.appendChild(inner);
  var search = el("input"), timer = 0;
  search.type = "search";
  search.autocomplete = "off";
  search.placeholder = word("名称、登记号、单位、曾用名、供应商、正文", "name, number, body, former name, supplier, text");
  labelled(word("查找", "Search"), search, "q", form);
  form.appendChild(more);
  search.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(function () { state.q = search.value; state.page = 1; show(true); }, size > 2000 ? 120 : 0);
  });
  facets.forEach(function (f) {
    if (f.keys.filter(function (k) { return k !== ""; }).length < 2) return;
    f.select = el("select");
    labelled(f.label, f.select, f.key, inner);
    f.select.addEventListener("change", function () { state[f.key] = f.select.value; state.page = 1; show(true); });
    var keys = f.keys.filter(function (k) { return k !== ""; }), titles = Object.create(null);
    if (f.named) f.say = toldApart(f.say, keys);
    keys.forEach(function (k) { titles[k] = f.named ? f.say(k) : f.rank ? f.rank(k) : k; });
    keys.sort(function (a, b) { return compare(titles[a], titles[b]) * (f.down ? -1 : 1); });
    f.options = [new Option(word("全部", "All"), "")].concat(keys.map(function (k) { return new Option("", k); }));
    f.options.forEach(function (o) { o.said = o.value ? f.say(o.value) : ""; f.select.appendChild(o); });
  });
  var clear = el("button", word("清除条件", "Clear"));
  clear.type = "button";
  clear.addEventListener("click", function () { Object.keys(state).forEach(function (k) { state[k] = k === "page" ? 1 : ""; }); show(); search.focus(); });
  inner.appendChild(clear);
  box.parentNode.replaceChild(form, box);
  var bySection = document.getElementById("by-year");
  if (bySection) bySection.parentNode.hidden = true;

  /* ── 下载 downloading ── */
  var shown = [], save = el("button", word("下载这些行（CSV）", "Download these rows (CSV)"), "zm-link zm-table-csv");
  save.type = "button";
  save.addEventListener("click", function () {
    var head = zh ? ["登记号", "项目", "城市", "单位", "区划", "类别", "阶段", "登记年份", "现行批复（元）", "合同（元）", "最近事项", "下一期限", "已逾期", "评级", "页面"] : ["Number", "Project", "City", "Body", "District", "Class", "Stage", "Year", "Approved (CNY)", "Contracted (CNY)", "Latest act", "Next deadline", "Overdue", "Rating", "Page"];
    function yuan(fen) { return fen === null ? "" : (fen / 100).toFixed(2); }
    var rows = shown.map(function (n) {
      var page = location.href.split("#")[0].replace(/[^/]*$/, "") + col.id[n] + ".html";
      return [col.id[n], zh || !col.en[n] ? col.name[n] : col.en[n], title("city", n), title("owner", n), title("district", n), title("class", n), title("stage", n), col.year[n], yuan(col.approved[n]), yuan(col.contracted[n]), day(col.last[n]), day(col.due[n]), col.late[n] ? word("是", "yes") : "", title("rating", n), page];
    });
    window.zongmuCsv(word("总目录", "Projects"), [[document.title + word("，截至 ", ", as of ") + day(data.asof)], [location.href], head].concat(rows));
  });
  count.parentNode.insertBefore(save, count.nextSibling);

  /* ── 排序 sorting ── */
  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    return collator ? collator.compare(String(a), String(b)) : a < b ? -1 : a > b ? 1 : 0;
  }
  var SORTS = {
    name: function (n) { return !zh && col.en[n] ? col.en[n] : col.name[n]; },
    owner: function (n) { return title("owner", n); },
    "class": function (n) { return title("class", n); },
    stage: function (n) { var t = term("stage", n); return t ? t[3] : ""; },
    approved: function (n) { return col.approved[n]; },
    contracted: function (n) { return col.contracted[n]; },
    due: function (n) { return col.due[n] || null; },
    last: function (n) { return col.last[n] || null; }
  };
  Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th) {
    var b = el("button", th.textContent);
    b.type = "button";
    th.textContent = "";
    th.appendChild(b);
    b.addEventListener("click", function () {
      var key = th.getAttribute("data-sort");
      state.sort = state.sort === key ? "-" + key : key;
      state.page = 1;
      show(true);
    });
  });
  var places_by = {};
  function placed(key) {
    /* 各行在这一栏的名次，排一次就记住；没有值的为 -1  where each row stands by a column, put in order once; -1 without a value */
    if (places_by[key]) return places_by[key];
    var of = SORTS[key], keys = [], all = [], out = new Int32Array(size).fill(-1), place = 0;
    for (var n = 0; n < size; n++) {
      keys.push(of(n));
      if (keys[n] !== null && keys[n] !== "") all.push(n);
    }
    all.sort(function (a, b) { return compare(keys[a], keys[b]); });
    all.forEach(function (n, k) { out[n] = k && compare(keys[all[k - 1]], keys[n]) ? ++place : place; });
    return (places_by[key] = out);
  }
  function sorted(places, rank) {
    var key = state.sort.replace("-", ""), down = state.sort.charAt(0) === "-", at = SORTS.hasOwnProperty(key) ? placed(key) : null;
    if (!at && !rank) return places;
    return places.slice().sort(function (a, b) {
      if (!at) return rank[a] - rank[b] || a - b;
      return (at[a] < 0) - (at[b] < 0) || (down ? at[b] - at[a] : at[a] - at[b]) || a - b;
    });
  }

  /* ── 查找 finding ── */
  function found() {
    /* 每行：0 不中，1 名称，2 其他栏，3 正文 for each row: 0 no, 1 by its name, 2 by its row, 3 by its text */
    var asked = find.fold(state.q).split(/\s+/).filter(Boolean).map(padded), rank = new Uint8Array(size).fill(1), waits = false;
    asked.forEach(function (w) {
      var hits = find.text(w, shown_later);
      if (!hits) waits = true;
      for (var n = 0; n < size; n++) {
        if (!rank[n]) continue;
        var r = names[n].indexOf(w) >= 0 || col.id[n].indexOf(w) >= 0 ? 1 : texts[n].indexOf(w) >= 0 ? 2 : hits && hits[n] ? 3 : 0;
        rank[n] = r ? Math.max(rank[n], r) : 0;
      }
    });
    return { rank: rank, asked: asked.length > 0, waits: waits };
  }
  function shown_later() { show(document.activeElement === search); }
  function padded(w) {
    /* 登记号的序号可以不补零：abc-2026-3 a number's serial may go without its noughts */
    return w.replace(/^((?:[a-z]+-)?\d{4})-([1-9]\d{0,2})$/, function (all, head, serial) { return head + "-" + ("000" + serial).slice(-4); });
  }
  function looser(q) {
    /* 一串汉字没有查到时，两字一段分开查 a run of characters that is found nowhere, in pieces of two */
    return find.fold(q).replace(/[\u3400-\u9fff]{3,}/g, function (run) { return run.match(/.{2}(?:.$)?/g).join(" "); });
  }
  function chosen() { return facets.filter(function (f) { return state[f.key]; }); }

  /* ── 勾选，并列比较 picking some, to see them side by side ── */
  var MOST = 4, picks = [], picked = el("div", "", "zm-picked");
  picked.setAttribute("role", "status");
  picked.hidden = true;
  table.parentNode.parentNode.insertBefore(picked, table.parentNode.nextSibling);
  function pick(id, on) {
    picks = picks.filter(function (one) { return one !== id; }).concat(on ? [id] : []);
    tellPicks();
  }
  function tellPicks() {
    Array.prototype.forEach.call(body.querySelectorAll(".zm-pick input"), function (box) {
      box.checked = picks.indexOf(box.value) >= 0;
      box.disabled = !box.checked && picks.length >= MOST;
    });
    picked.textContent = "";
    picked.hidden = !picks.length;
    if (!picks.length) return;
    var go = el("a", word("并列比较", "See side by side"), "zm-button"), none = el("button", word("取消勾选", "Untick all"), "zm-link");
    picked.appendChild(el("span", word("已选 " + picks.length + " 个（最多 " + MOST + " 个）", picks.length + " chosen (at most " + MOST + ")")));
    go.href = "compare.html#id=" + picks.join(",");
    none.type = "button";
    none.addEventListener("click", function () { picks = []; tellPicks(); search.focus(); });
    picked.appendChild(go);
    picked.appendChild(none);
  }

  /* ── 显示 showing ── */
  function row(n, rank) {
    var tr = el("tr"), head = el("th"), link = el("a", zh || !col.en[n] ? col.name[n] : col.en[n]);
    head.scope = "row";
    link.href = col.id[n] + ".html";
    if (!zh && !col.en[n]) link.lang = "zh";
    head.appendChild(link);
    head.appendChild(el("span", col.id[n], "zm-id"));
    var choose = el("label", "", "zm-pick"), tick = el("input");
    tick.type = "checkbox";
    tick.value = col.id[n];
    tick.setAttribute("aria-label", word("比较 ", "Compare ") + link.textContent);
    tick.addEventListener("change", function () { pick(tick.value, tick.checked); });
    choose.appendChild(tick);
    choose.appendChild(document.createTextNode(word("比较", "compare")));
    head.appendChild(choose);
    if (rank === 3) head.appendChild(el("span", word("见于正文", "found in the text"), "zm-quiet"));
    tr.appendChild(head);
    function cell(text, cls, label) { var td = el("td", text, cls); if (label) td.setAttribute("data-label", label); tr.appendChild(td); return td; }
    cell(title("owner", n));
    cell(title("class", n));
    var stage = title("stage", n), td = cell("");
    if (stage) td.appendChild(el("span", stage, "zm-badge zm-badge--stage"));
    if (col.rating[n] >= 0) td.appendChild(el("span", title("rating", n), "zm-quiet zm-due"));
    cell(amount(col.approved[n]), "zm-num", word("批复（万元）", "Approved (CNY)"));
    cell(amount(col.contracted[n]), "zm-num", word("合同（万元）", "Contracted (CNY)"));
    var date = cell(day(col.last[n]), "zm-date", word("最近事项", "Latest act"));
    if (col.due[n]) date.appendChild(el("span", (col.late[n] ? word("逾期 ", "overdue since ") : word("期限 ", "due ")) + day(col.due[n]), col.late[n] ? "zm-late-word zm-due" : "zm-quiet zm-due"));
    return tr;
  }
  function tally(rank, on) {
    /* 一行只差一个分面时，计入那个分面 a row that misses one facet alone counts for that facet */
    var places = [], wanted = on.map(function (f) { return state[f.key] in f.places ? f.places[state[f.key]] : -1; });
    facets.forEach(function (f) { f.counts = new Uint32Array(f.keys.length); f.any = 0; });
    for (var n = 0; n < size; n++) {
      if (!rank[n]) continue;
      var misses = 0, missed = null;
      for (var k = 0; k < on.length && misses < 2; k++) if (on[k].at[n] !== wanted[k]) { misses++; missed = on[k]; }
      if (misses > 1) continue;
      if (missed) { missed.counts[missed.at[n]]++; missed.any++; continue; }
      places.push(n);
      for (var j = 0; j < facets.length; j++) { facets[j].counts[facets[j].at[n]]++; facets[j].any++; }
    }
    return places;
  }
  function tellFacets() {
    facets.forEach(function (f) {
      if (f.select) f.options.forEach(function (o) {
        var k = o.value ? f.counts[f.places[o.value]] : f.any;
        var words = (o.value ? o.said : word("全部", "All")) + (zh ? "（" + k + "）" : " (" + k + ")");
        if (o.text !== words) o.text = words;
        o.disabled = !k && o.value !== "" && o.value !== state[f.key];
      });
    });
  }
  /* 打字、排序、筛选时先画看得见的几行，其余和各条件的个数分几次跟上，不挡下一个字
     while somebody types, sorts or filters, the rows in sight come first; the others and the counts of the facets follow bit by bit, in no key's way */
  var FIRST = 12, HALF = 31, rest = 0;
  function show(soon) {
    var got = found(), on = chosen(), places = sorted(tally(got.rank, on), got.asked ? got.rank : null);
    var pages = Math.max(1, Math.ceil(places.length / PAGE));
    state.page = Math.min(state.page, pages);
    var start = (state.page - 1) * PAGE, part = places.slice(start, start + PAGE);
    function put(some) {
      var made = document.createDocumentFragment();
      some.forEach(function (n) { made.appendChild(row(n, got.asked ? got.rank[n] : 0)); });
      body.appendChild(made);
    }
    clearTimeout(rest);
    body.textContent = "";
    put(soon ? part.slice(0, FIRST) : part);
    var later = soon ? [function () { put(part.slice(FIRST, HALF)); }, function () { put(part.slice(HALF)); tellPicks(); }, tellFacets] : [];
    if (soon) rest = setTimeout(function go() { later.shift()(); if (later.length) rest = setTimeout(go, 30); }, 60);
    table.hidden = !places.length;
    var said = places.length === size ? word("共 " + size + " 个", size + " in all") : word("符合条件 " + places.length + " 个，共 " + size + " 个", places.length + " of " + size + " match");
    if (pages > 1) said += word("；第 " + state.page + " 页，共 " + pages + " 页", "; page " + state.page + " of " + pages);
    if (got.waits) said += word("；正在查正文……", "; searching the texts …");
    if (find.incomplete && got.asked) said += word("；正文索引没有载入，只查了名称和各栏", "; the index of texts did not load, only names and columns were searched");
    if (count.textContent !== said) count.textContent = said;
    shown = places;
    save.hidden = !places.length || !window.zongmuCsv;
    suggest(places.length === 0 && !got.waits, on);
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (th) {
      if (state.sort.replace("-", "") === th.getAttribute("data-sort")) th.setAttribute("aria-sort", state.sort.charAt(0) === "-" ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    });
    if (!soon) tellFacets();
    Object.keys(fields).forEach(function (k) { if (fields[k].value !== String(state[k]) && !(k === "q" && document.activeElement === search)) fields[k].value = state[k]; });
    turn(pages);
    tellPicks();
    write();
  }
  function suggest(none, on) {
    /* 什么也没找到时，说可以怎样改 when nothing is found: what to try */
    empty.textContent = "";
    if (!none) return;
    empty.appendChild(el("p", size ? word("没有符合条件的项目。可以：", "No project matches. You could:") : word("还没有公开的项目。", "No project has been published yet.")));
    if (!size) return;
    var ul = el("ul");
    function offer(text, act) {
      var li = el("li"), b = el("button", text, "zm-link");
      b.type = "button";
      b.addEventListener("click", function () { act(); state.page = 1; show(); search.focus(); });
      li.appendChild(b);
      ul.appendChild(li);
    }
    on.filter(function (f) { return f.any; }).forEach(function (f) {
      var label = f.keys.indexOf(state[f.key]) >= 0 ? f.say(state[f.key]) : state[f.key];
      offer(word("去掉“" + f.label + "：" + label + "”（有 " + f.any + " 个）", "drop “" + f.label + ": " + label + "” (" + f.any + " found)"), function () { state[f.key] = ""; });
    });
    var parts = state.q.split(/\s+/).filter(Boolean);
    var loose = looser(state.q), pieces = loose.split(/\s+/).filter(Boolean);
    var many = pieces.length > parts.length ? texts.filter(function (text) { return pieces.every(function (p) { return text.indexOf(p) >= 0; }); }).length : 0;
    if (many) offer(word("拆开查“" + loose + "”（有 " + many + " 个）", "search for the pieces “" + loose + "” (" + many + " found)"), function () { state.q = loose; });
    find.similar(parts, texts).forEach(function (s) { offer(word("是不是“" + s[0] + "”（有 " + s[1] + " 个）", "did you mean “" + s[0] + "” (" + s[1] + " found)"), function () { state.q = s[0]; }); });
    if (!many) (pieces.length > 1 ? pieces : []).slice(0, 6).forEach(function (p) {
      var k = texts.filter(function (text) { return text.indexOf(p) >= 0; }).length;
      if (k) offer(word("只查“" + p + "”（有 " + k + " 个）", "search for “" + p + "” alone (" + k + " found)"), function () { state.q = p; });
    });
    if (parts.length) {
      if (on.length) offer(word("在全部项目中查“" + state.q + "”", "search all projects for “" + state.q + "”"), function () { on.forEach(function (f) { state[f.key] = ""; }); });
      ul.appendChild(el("li", word("换一个短一些的词，例如用“医保”代替全称；单位可用曾用名", "try a shorter word; bodies are known by former names too")));
    }
    offer(word("看全部项目", "see all projects"), function () { Object.keys(state).forEach(function (k) { state[k] = k === "page" ? 1 : ""; }); });
    empty.appendChild(ul);
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
      b.setAttribute("aria-label", word("第 " + n + " 页", "page " + n));
      if (n === state.page) b.setAttribute("aria-current", "page");
      b.addEventListener("click", (function (to) { return function () { state.page = to; show(); table.scrollIntoView(); var a = body.querySelector("a"); if (a) a.focus({ preventScroll: true }); }; })(n));
      li.appendChild(b);
      ul.appendChild(li);
    }
    pager.appendChild(ul);
  }
  window.addEventListener("hashchange", function () { read(); search.value = state.q; show(); });
  read();
  more.open = window.innerWidth >= 700 || chosen().length > 0;
  search.value = state.q;
  show();
  /* 从别页查过来的，接着用键盘 who came here by a search goes on by keyboard */
  if (state.q && window.matchMedia && window.matchMedia("(pointer: fine)").matches) search.focus({ preventScroll: true });
})();
