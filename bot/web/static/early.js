// Runs before the first paint, so that large type does not jump. The only script that is not a module.
(function () {
  var root = document.documentElement;
  root.classList.add("js");
  try {
    if (localStorage.getItem("xf.large") === "1") root.classList.add("large");
  } catch (e) { /* storage may be blocked; the page works without it */ }
})();
