"use strict";
const status = document.querySelector("[role=status]");
const search = document.querySelector("form[role=search]");
if (search && status) {
  search.addEventListener("submit", event => {
    event.preventDefault();
    const word = search.querySelector("input").value;
    status.textContent = document.querySelector("main").textContent.includes(word) ? "1 algoritme gevonden" : "Geen algoritmes gevonden";
  });
}
const form = document.querySelector("form[data-fouten]");
if (form) {
  form.addEventListener("submit", event => {
    const field = form.querySelector("input");
    if (field.value) return;
    event.preventDefault();
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", "naam-fout");
    const box = document.querySelector("#fouten");
    box.innerHTML = '<h3>Er mist iets</h3><ul><li><a class="alone" href="#naam">Vul uw naam in</a></li></ul>';
    if (!document.querySelector("#naam-fout")) field.insertAdjacentHTML("beforebegin", '<p id="naam-fout">Uw naam mist nog.</p>');
    box.tabIndex = -1;
    box.focus();
  });
}
