/* 并列比较：地址里写着哪几个项目（#id=…,…），不用服务器。数据在 projects/rows.js 和 projects/figures.js。
   Projects side by side: the address says which (#id=…,…), no server is asked. Text only ever goes in as text. */
(function () {
  "use strict";
  var data = window.zongmuList, figures = window.zongmuFigures, find = window.zongmuSearch, cells = window.zongmuCells;
  var place = document.getElementById("zm-compare"), said = document.getElementById("zm-compare-said");
  if (!cells || !find || !place || !figures || figures.format !== 1) return;
  var MOST = 4, FOUND = 8, zh = document.documentElement.lang !== "en", SVG = "http://www.w3.org/2000/svg";
  var word = cells.word, el = cells.el, col = data.columns, fig = figures.columns, ids = col.id || [], at = Object.create(null), figAt = Object.create(null);
  ids.forEach(function (id, n) { at[id] = n; });
  (fig.id || []).forEach(function (id, n) { figAt[id] = n; });
  function name(n) { return zh || !col.en[n] ? col.name[n] : col.en[n]; }

  /* ── 地址 the address ── */
  var chosen = [], unknown = [];
  function read() {
    var found = /(?:^#|&)id=([^&]*)/.exec(location.hash), asked = [];
    try { asked = found ? decodeURIComponent(found[1]).split(",") : []; } catch (e) { /* 不是地址 not an address */ }
    asked = asked.filter(function (id, n) { return id && asked.indexOf(id) === n; });
    unknown = asked.filter(function (id) { return !(id in at); });
    chosen = asked.filter(function (id) { return id in at; }).slice(0, MOST);
  }
  function write() {
    history.replaceState(null, "", chosen.length ? "#id=" + chosen.join(",") : location.pathname + location.search);
    show();
  }

  /* ── 添加 adding ── */
  var box = el("div", "", "zm-filter"), label = el("label", word("加一个项目", "Add a project")), input = el("input"), hits = el("ul", "", "zm-hits");
  input.type = "search";
  input.autocomplete = "off";
  input.placeholder = word("名称、登记号或单位", "name, number or body");
  label.appendChild(input);
  box.appendChild(label);
  box.appendChild(hits);
  place.appendChild(box);
  function look() {
    var asked = find.fold(input.value).split(/\s+/).filter(Boolean), shown = 0;
    hits.textContent = "";
    for (var n = 0; asked.length && n < ids.length && shown < FOUND; n++) {
      var owner = cells.term("owner", n), text = find.fold(col.id[n] + " " + col.name[n] + " " + col.en[n] + " " + (owner ? owner.slice(1).join(" ") : ""));
      if (chosen.indexOf(col.id[n]) < 0 && asked.every(function (w) { return text.indexOf(w) >= 0; })) { offer(n); shown++; }
    }
    if (asked.length && !shown) hits.appendChild(el("li", word("没有找到", "none found"), "zm-quiet"));
  }
  function offer(n) {
    var li = el("li"), b = el("button", name(n), "zm-link");
    b.type = "button";
    b.appendChild(el("span", " " + col.id[n] + " " + cells.title("owner", n), "zm-quiet"));
    b.addEventListener("click", function () {
      chosen.push(col.id[n]);
      input.value = "";
      write();
      if (!box.hidden) input.focus();
    });
    li.appendChild(b);
    hits.appendChild(li);
  }
  input.addEventListener("input", look);
  input.addEventListener("keydown", function (e) { var first = hits.querySelector("button"); if (e.key === "Enter" && first) { e.preventDefault(); first.click(); } });

  /* ── 各行 the rows ── */
  function plain(name) { return function (n) { return document.createTextNode(cells.title(name, n)); }; }
  function link(href, words) { var a = el("a", words); a.href = href; return a; }
  function list(nodes) {
    var out = document.createDocumentFragment();
    nodes.forEach(function (node, k) { if (k) out.appendChild(document.createTextNode(word("、", ", "))); out.appendChild(node); });
    return out;
  }
  function percent(bp) { return (bp > 0 ? "+" : bp < 0 ? "−" : "") + Math.floor(Math.abs(bp) / 100) + "." + ("0" + Math.abs(bp) % 100).slice(-2) + "%"; }
  function bar(fen, most) {
    var svg = document.createElementNS(SVG, "svg"), rect = document.createElementNS(SVG, "rect");
    svg.setAttribute("viewBox", "0 0 100 4");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", "zm-compare__bar");
    rect.setAttribute("width", most ? Math.max(1, 100 * fen / most) : 0);
    rect.setAttribute("height", 4);
    rect.setAttribute("class", "zm-bar-a");
    svg.appendChild(rect);
    return svg;
  }
  function money(step, most) {
    return function (n, f) {
      var fen = fig.money[f][step], bp = fig.share[f][step], out = document.createDocumentFragment();
      if (fen === null) return null;
      out.appendChild(el("span", cells.amount(fen), "zm-figure"));
      if (bp !== null) out.appendChild(el("span", word("较原始基线 ", "against the original: ") + percent(bp), "zm-quiet zm-due"));
      if (figures.ladder[step][0] === "paid" && fig.paid[f] !== null) out.appendChild(el("span", word("占现行基线 ", "of the current baseline: ") + percent(fig.paid[f]).replace("+", ""), "zm-quiet zm-due"));
      out.appendChild(bar(fen, most));
      return out;
    };
  }
  function date(of) { return function (n, f) { var d = cells.day(of(n, f)); return d ? el("span", d, "zm-date") : null; }; }
  function days(count, running) {
    if (!count) return running ? word("尚在期内", "still within") : word("按期", "on the day");
    var k = Math.abs(count);
    return count < 0 ? word("早 " + k + " 天", k + " days early") : running ? word("已晚 " + k + " 天", k + " days late so far") : word("晚 " + k + " 天", k + " days late");
  }
  function rated(k) {
    return function (n, f) {
      var r = fig.rated[f][k];
      if (!r) return null;
      var g = figures.grades[r[0]], out = document.createDocumentFragment();
      out.appendChild(el("span", g[0] + " " + g[zh ? 1 : 2], ["zm-mark zm-mark--pass", "zm-mark zm-mark--open", "zm-mark zm-mark--fail"][r[0]]));
      out.appendChild(el("span", k < 2 ? percent(r[1]) : days(r[2], r[3]) + (r[2] ? " " + percent(r[1]) : ""), "zm-quiet zm-due"));
      return out;
    };
  }
  function facts() {
    var most = 0, rows = [];
    chosen.forEach(function (id) { fig.money[figAt[id]].forEach(function (fen) { most = Math.max(most, fen || 0); }); });
    function add(title, cell) { rows.push({ title: title, cell: cell }); }
    add(word("单位", "Body"), plain("owner"));
    add(word("城市", "City"), plain("city"));
    add(word("类别", "Class"), plain("class"));
    add(word("阶段", "Stage"), function (n) { return cells.title("stage", n) ? el("span", cells.title("stage", n), "zm-badge zm-badge--stage") : null; });
    add(word("承建、承担", "Contracted to"), function (n, f) { return list(fig.by[f].map(function (s) { return link("../suppliers/" + s[0] + ".html", s[1]); })); });
    figures.ladder.forEach(function (step, k) { add(step[zh ? 1 : 2] + word("（万元）", " (CNY)"), money(k, most)); });
    add(word("应当建成，按首次批复", "To be built by, as first approved"), date(function (n, f) { return fig.planned[f][0]; }));
    add(word("应当建成，按现行批复", "To be built by, as approved now"), date(function (n, f) { return fig.planned[f][1]; }));
    add(word("实际建成", "Built"), date(function (n, f) { return fig.built[f]; }));
    if (fig.rated && fig.rated.some(function (r) { return r.length; })) {
      [word("资金，较原始基线", "Money, against the original"), word("资金，较现行基线", "Money, against the current"), word("进度，较原始周期", "Time, against the original"), word("进度，较现行周期", "Time, against the current")].forEach(function (title, k) { add(title, rated(k)); });
    }
    add(word("依规检查：不符合", "Held against the law: fails"), function (n) { return document.createTextNode(String(col.fails[n])); });
    add(word("下一期限", "Next deadline"), function (n, f) {
      if (!col.due[n]) return el("span", word("没有公开的期限", "no public deadline"), "zm-quiet");
      var out = document.createDocumentFragment(), end = fig.planned[f][1];
      out.appendChild(el("span", (col.late[n] ? word("逾期 ", "overdue since ") : "") + cells.day(col.due[n]), col.late[n] ? "zm-late-word" : "zm-date"));
      /* 建设期延长了仍有逾期，不是矛盾 overdue though the building time was put off: no contradiction, and said so */
      if (col.late[n] && end > fig.planned[f][0] && end > col.due[n]) out.appendChild(el("span", word("这一项按它自己的条文算，建设期延长也不移动；见项目页", "goes by its own clause, which a longer building time does not move; see its page"), "zm-quiet zm-due"));
      return out;
    });
    return rows;
  }

  /* ── 显示 showing ── */
  var region = el("div", "", "zm-scroll");
  region.setAttribute("role", "region");
  region.setAttribute("aria-label", word("并列比较", "Side by side"));
  region.tabIndex = 0;
  place.appendChild(region);
  function head(id) {
    var th = el("th"), out = el("button", word("去掉", "Remove"), "zm-link zm-compare__out");
    th.scope = "col";
    th.appendChild(link(id + ".html", name(at[id])));
    if (!zh && !col.en[at[id]]) th.firstChild.lang = "zh";
    th.appendChild(el("span", id, "zm-id"));
    out.type = "button";
    out.setAttribute("aria-label", word("去掉 ", "Remove ") + name(at[id]));
    out.addEventListener("click", function () { chosen.splice(chosen.indexOf(id), 1); write(); input.focus(); });
    th.appendChild(out);
    return th;
  }
  function show() {
    region.textContent = hits.textContent = "";
    box.hidden = chosen.length >= MOST;
    var words = [];
    if (unknown.length) words.push(word("本站没有这些登记号：", "These numbers are not on this site: ") + unknown.join(word("、", ", ")));
    if (!chosen.length) words.push(word("还没有选项目：在下面查找，或在总目录里勾选。", "No project is chosen yet: look one up below, or tick some in the list."));
    else if (chosen.length === 1) words.push(word("再加一个项目，就能并列比较。", "Add another project to see the two side by side."));
    else words.push(word("这一页的地址可以转发：", "The address of this page may be passed on: ") + word(chosen.length + " 个项目，截至 ", chosen.length + " projects, as of ") + cells.day(data.asof));
    said.textContent = words.join(word("；", "; "));
    if (!chosen.length) return;
    var table = el("table", "", "zm-table zm-compare"), row = table.createTHead().insertRow(), body = table.createTBody();
    var corner = el("th", word("项目", "Project"));
    corner.scope = "col";
    row.appendChild(corner);
    chosen.forEach(function (id) { row.appendChild(head(id)); });
    facts().forEach(function (fact) {
      var found = chosen.map(function (id) { return fact.cell(at[id], figAt[id]); });
      if (!found.some(function (one) { return one && one.textContent; })) return;
      var tr = body.insertRow(), th = el("th", fact.title);
      th.scope = "row";
      tr.appendChild(th);
      found.forEach(function (one) {
        var td = tr.insertCell();
        if (one && one.textContent) td.appendChild(one);
        else td.appendChild(el("span", word("未登记", "not recorded"), "zm-quiet"));
      });
    });
    region.appendChild(table);
  }
  window.addEventListener("hashchange", function () { read(); show(); });
  read();
  place.hidden = false;
  show();
})();
