/* 每页页眉的查找框：到总目录去查。没有脚本时不出现，用总目录的静态表。
   The search box in the header of every page: it leads to the list. Without scripts it is not there; the static tables are. */
(function () {
  "use strict";
  var form = document.getElementById("zm-find");
  if (!form) return;
  form.hidden = false;
  form.addEventListener("submit", function (e) {
    e.preventDefault();
    var asked = form.querySelector("input").value.trim();
    location.href = form.getAttribute("data-to") + (asked ? "#q=" + encodeURIComponent(asked) : "");
  });
})();
