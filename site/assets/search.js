/* 检索：两字一组的索引，分片按需载入；繁体、全角、大写先归一。没有服务器也能用（分片是脚本）。
   Search: an index of pairs of characters in shards that are loaded when asked for; traditional, full-width and upper case are
   folded first. Works without a server, since shards are scripts. See src/zongmu/publish/search.py. */
(function () {
  "use strict";
  var list = window.zongmuList, table = window.zongmuFold || ["", ""], map = {}, known, RUN = /[0-9a-z]+|[\u3007\u3400-\u9fff]+/g;
  for (var i = 0; i < table[0].length; i++) map[table[0].charAt(i)] = table[1].charAt(i);
  known = table[0] ? new RegExp("[" + table[0] + "]", "g") : null;

  function fold(text) {
    var plain = text.normalize("NFKC").toLowerCase();
    return known ? plain.replace(known, function (c) { return map[c]; }) : plain;
  }

  /* ── 分片 shards ── */
  var base = document.currentScript.src.replace(/assets\/search\.js.*$/, "search/"), shards = {}, waiting = {};
  window.zongmuShard = function (n, terms) { shards[n] = terms; };
  function load(n, done) {
    if (shards[n]) return done();
    if (waiting[n]) { waiting[n].push(done); return; }
    waiting[n] = [done];
    var script = document.createElement("script");
    script.src = base + n + ".js?" + list.mark;
    function end() {
      var all = waiting[n];
      delete waiting[n];
      if (!shards[n]) shards[n] = { "": "" };
      all.forEach(function (f) { f(); });
    }
    script.onload = end;
    script.onerror = function () { api.incomplete = true; end(); };
    document.head.appendChild(script);
  }
  function mark(text, into) {
    var place = -1;
    if (text) text.split(" ").forEach(function (part) {
      var cut = part.split("."), more = cut.length > 1 ? parseInt(cut[1], 36) : 0;
      place += parseInt(cut[0], 36);
      into[place] = 1;
      while (more--) into[++place] = 1;
    });
  }
  /* 一个词要的各组：汉字两两相连，单字按首字；字母数字按开头。
     What a word asks for: pairs of ideographs, a single one by its first; letters and digits by their beginning. */
  function asked(word) {
    var out = [], number = /[〔\[(](\d{4})[〕\])]\s*第?0*(\d+)/.exec(word);
    if (number) out.push([number[2] + "n" + number[1], false]); /* 文号 a document's number */
    (word.match(RUN) || []).forEach(function (run) {
      if (run.charCodeAt(0) < 128 || run.length === 1) out.push([run, true]);
      else for (var n = 0; n + 1 < run.length; n++) out.push([run.substr(n, 2), false]);
    });
    return out;
  }
  function rowsOf(term, begins) {
    var shard = shards[term.charCodeAt(0) % list.shards], rows = new Uint8Array(api.rows);
    if (!begins) mark(shard[term], rows);
    else Object.keys(shard).forEach(function (t) { if (t && t.indexOf(term) === 0) mark(shard[t], rows); });
    return rows;
  }

  function similar(parts, texts) {
    /* 一字之差：哪些词真有，各在几行 off by one sign: which words there are, in how many rows; the commonest three */
    var folded = parts.map(fold), hits = Object.create(null);
    folded.forEach(function (w, k) {
      var han = /^[\u3400-\u9fff]{2,12}$/.test(w), any = han ? "[\u3400-\u9fff]" : "[a-z]", forms = [];
      if (!han && !/^[a-z]{4,20}$/.test(w)) return;
      for (var i = 0; i < w.length; i++) {
        forms.push(w.slice(0, i) + any + w.slice(i + 1));
        if (!han || w.length > 2) forms.push(w.slice(0, i) + w.slice(i + 1));
        if (!han) forms.push(w.slice(0, i) + any + w.slice(i));
        if (!han && i + 1 < w.length) forms.unshift(w.slice(0, i) + w.charAt(i + 1) + w.charAt(i) + w.slice(i + 2));
      }
      var near = new RegExp(han ? forms.join("|") : "\\b(?:" + forms.join("|") + ")\\b", "g"), others = folded.filter(function (o, n) { return n !== k; });
      texts.forEach(function (text) {
        if (!others.every(function (o) { return text.indexOf(o) >= 0; })) return;
        var seen = Object.create(null);
        (text.match(near) || []).forEach(function (m) { seen[m] = 1; });
        Object.keys(seen).forEach(function (m) {
          var q = folded.slice(0, k).concat(m, folded.slice(k + 1)).join(" ");
          hits[q] = (hits[q] || 0) + 1;
        });
      });
    });
    return Object.keys(hits).map(function (q) { return [q, hits[q]]; }).sort(function (a, b) { return b[1] - a[1] || (a[0] < b[0] ? -1 : 1); }).slice(0, 3);
  }

  var found = Object.create(null);
  var api = window.zongmuSearch = {
    fold: fold,
    similar: similar,
    rows: 0,
    incomplete: false,
    /* 正文含有这个词的行（1），或 null：要查的还没有载入，载入后叫 done。
       Rows whose text has the word as 1; null when shards are still to come: *done* is called then. */
    text: function (word, done) {
      if (found[word]) return found[word];
      var parts = asked(word), missing = [];
      if (!parts.length) return new Uint8Array(api.rows);
      parts.forEach(function (p) {
        var n = p[0].charCodeAt(0) % list.shards;
        if (!shards[n] && missing.indexOf(n) < 0) missing.push(n);
      });
      if (missing.length) {
        var left = missing.length;
        missing.forEach(function (n) { load(n, function () { if (!--left) done(); }); });
        return null;
      }
      var all = null;
      parts.forEach(function (p) {
        var rows = rowsOf(p[0], p[1]);
        if (all) for (var k = 0; k < all.length; k++) all[k] &= rows[k];
        else all = rows;
      });
      found[word] = all;
      return all;
    }
  };
})();
