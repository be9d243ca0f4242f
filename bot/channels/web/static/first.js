// Stands in the page's head, before anything is drawn: what was chosen on this device (see looks.js) is there at the
// first paint. Nothing else may be done here.
(function (root, dark) {
  var saved = null;
  try {
    saved = JSON.parse(localStorage.getItem("jkt.looks"));
  } catch (error) {} // storage is off
  saved = saved || {};
  var asked = function (name) {
    return (new RegExp("[?&]" + name + "=([a-z]+)").exec(location.search) || [])[1];
  };
  var view = asked("view");
  var theme = asked("theme") || saved.theme;
  if (view ? view === "elder" : saved.large === true) root.setAttribute("data-type", "large");
  if (theme === "dark" || theme === "light") dark.media = theme === "dark" ? "all" : "not all";
})(document.documentElement, document.getElementById("dark"));
