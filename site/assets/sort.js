/* 标有 data-sort 的表：点表头排序，再点倒过来。没有脚本时表照样完整。
   Tables marked data-sort: a click on a header orders the rows, a second one turns them round. Whole without scripts too. */
(function () {
  "use strict";
  var zh = document.documentElement.lang !== "en", collator = new Intl.Collator(zh ? "zh-CN" : "en", { numeric: true });
  function key(row, n) {
    var cell = row.cells[n], exact = cell.querySelector("data[value]");
    if (exact) return Number(exact.value);
    var text = cell.textContent.trim();
    return text === "" ? null : /^-?[\d,]+(\.\d+)?$/.test(text) ? Number(text.replace(/,/g, "")) : text;
  }
  function compare(a, b) {
    return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
  }
  Array.prototype.forEach.call(document.querySelectorAll("table[data-sort]"), function (table) {
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
  });
})();
