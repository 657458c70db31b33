// Moves the bar of a running import without loading the page again; without script, a link does.
(function () {
  "use strict";
  var box = document.getElementById("job-progress");
  var bar = document.getElementById("job-bar");
  function ask() {
    fetch(box.dataset.address, { headers: { Accept: "application/json" } })
      .then(function (response) { return response.json(); })
      .then(function (job) {
        if (!job.running) {
          window.location.reload();
          return;
        }
        if (job.total && job.done !== null) {
          bar.max = job.total;
          bar.value = job.done;
        } else {
          bar.removeAttribute("value");
        }
        ["done", "rate", "seconds_left"].forEach(function (part) {
          box.querySelector("[data-part=" + part + "]").textContent = job[part] === null ? "–" : job[part];
        });
        window.setTimeout(ask, 1000);
      })
      .catch(function () { window.setTimeout(ask, 5000); });
  }
  if (box) { window.setTimeout(ask, 500); }
})();
