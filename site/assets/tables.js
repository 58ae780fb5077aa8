/* 每张表：可下载为 CSV（精确到分）；标有 data-sort 的，点表头排序。没有脚本时表照样完整。
   Every table: to be had as CSV, amounts exact to the fen; one marked data-sort: ordered by a click on a header. Whole without
   scripts too. Text only ever goes in as text. */
(function () {
  "use strict";
  var FEW = 5, zh = document.documentElement.lang !== "en", collator = new Intl.Collator(zh ? "zh-CN" : "en", { numeric: true });
  function word(a, b) { return zh ? a : b; }
  function said(cell) { return cell.innerText.replace(/\s+/g, " ").trim(); }

  /* ── 排序 sorting ── */
  function key(row, n) {
    var cell = row.cells[n], exact = cell.querySelector("data[value]");
    if (exact) return Number(exact.value);
    var text = cell.textContent.trim(), plain = text.replace(/−/g, "-").replace(/[+±,%]/g, "");
    return text === "" ? null : /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : text;
  }
  function compare(a, b) {
    return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
  }
  function sortable(table) {
    var heads = table.tHead.rows[0].cells, body = table.tBodies[0];
    Array.prototype.forEach.call(heads, function (th, n) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = th.textContent;
      th.textContent = "";
      th.appendChild(button);
      button.addEventListener("click", function () {
        /* 数字先看最大的 figures begin with the largest */
        var now = th.getAttribute("aria-sort"), first = th.className.indexOf("zm-num") >= 0 ? "descending" : "ascending";
        var wanted = !now ? first : now === "ascending" ? "descending" : "ascending", sign = wanted === "ascending" ? 1 : -1;
        Array.prototype.forEach.call(heads, function (other) { other.removeAttribute("aria-sort"); });
        th.setAttribute("aria-sort", wanted);
        Array.prototype.map.call(body.rows, function (row, place) { return { row: row, key: key(row, n), place: place }; })
          .sort(function (a, b) {
            var none = (a.key === null) - (b.key === null);
            return none || (a.key === null ? 0 : compare(a.key, b.key) * sign) || a.place - b.place;
          })
          .forEach(function (one) { body.appendChild(one.row); });
      });
    });
  }

  /* ── 下载 downloading ── */
  function exact(cell) {
    var data = cell.querySelectorAll("data[value]");
    return data.length === 1 && said(cell) === data[0].innerText.trim() ? (Number(data[0].value) / 100).toFixed(2) : said(cell);
  }
  function quoted(text) {
    /* 不让电子表格把文字当公式 no spreadsheet takes a text for a formula */
    var safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d,.]+%?$/.test(text) ? "'" + text : text;
    return '"' + safe.replace(/"/g, '""') + '"';
  }
  /* 存成一个文件；行里是文字和数 kept as a file; rows hold texts and numbers */
  window.zongmuCsv = function (title, rows) {
    var lines = rows.map(function (cells) { return cells.map(function (c) { return quoted(String(c)); }).join(","); });
    var address = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv;charset=utf-8" })), a = document.createElement("a");
    a.href = address;
    a.download = (title.replace(/[^0-9A-Za-z\u3400-\u9fff]+/g, "-") || "table") + ".csv";
    document.body.appendChild(a);
    a.click();
    document.body.removeChild(a);
    setTimeout(function () { URL.revokeObjectURL(address); }, 1000);
  };
  function rowsOf(table) {
    /* 金额一律写成元 amounts are in yuan */
    return Array.prototype.map.call(table.rows, function (row) {
      return Array.prototype.map.call(row.cells, row.parentNode === table.tHead ? function (th) { return th.textContent.replace("万元", "元"); } : exact);
    });
  }
  function downloadable(table) {
    var box = table.parentNode, title = box.getAttribute("aria-label") || document.title, button = document.createElement("button");
    button.type = "button";
    button.className = "zm-link zm-table-csv";
    button.textContent = word("下载此表（CSV）", "Download this table (CSV)");
    button.setAttribute("aria-label", word("下载此表（CSV）：", "Download this table (CSV): ") + title);
    button.addEventListener("click", function () {
      window.zongmuCsv(title, [[title + " · " + document.title], [location.href.split("#")[0]]].concat(rowsOf(table)));
    });
    box.parentNode.insertBefore(button, box.nextSibling);
  }
  Array.prototype.forEach.call(document.querySelectorAll(".zm-scroll > table.zm-table"), function (table) {
    if (!table.tHead || !table.tBodies.length || table.id === "zm-list") return;
    /* 三五行的表照抄就行 a few rows are copied sooner than downloaded */
    if (table.tBodies[0].rows.length >= FEW) downloadable(table);
    if (table.hasAttribute("data-sort") && table.tBodies[0].rows.length > 2) sortable(table);
  });
})();
