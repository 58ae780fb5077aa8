/* 总目各行怎样写成字：总目录和并列比较共用。数据在 projects/rows.js。
   How the rows of the list are put into words: for the list and for projects side by side. Rows are in projects/rows.js. */
(function () {
  "use strict";
  var data = window.zongmuList, zh = document.documentElement.lang !== "en";
  if (!data || data.format !== 2) return;
  var col = data.columns, tables = data.tables;
  /* 换语言时条件不丢 what was asked for is kept when the language is switched */
  var other = document.querySelector(".zm-lang");
  if (other) other.addEventListener("click", function () { other.href = other.href.split("#")[0] + location.hash; });
  function term(name, n) { var p = col[name][n]; return p < 0 ? null : tables[name][p]; }
  window.zongmuCells = {
    word: function (a, b) { return zh ? a : b; },
    el: function (tag, text, cls) { var e = document.createElement(tag); if (text) e.textContent = text; if (cls) e.className = cls; return e; },
    term: term,
    title: function (name, n) { var t = term(name, n); return t ? t[zh ? 1 : 2] : ""; },
    day: function (number) { var s = String(number); return number ? s.slice(0, 4) + "-" + s.slice(4, 6) + "-" + s.slice(6) : ""; },
    /* 分写成万元（英文写成元） fen in 万元, in English in yuan */
    amount: function (fen) {
      if (fen === null) return "";
      if (!zh) return (fen / 100).toLocaleString("en-US", { maximumFractionDigits: 2, minimumFractionDigits: fen % 100 ? 2 : 0 });
      if (fen && Math.abs(fen) < 5000) return (fen / 1e6).toLocaleString("en-US", { maximumFractionDigits: 6 }); /* 不足 50 元，不写成零 never nought */
      return (Math.round(fen / 1e4) / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    }
  };
})();
