// Comforts only: every page works without this file.
"use strict";
for (const form of document.querySelectorAll("[data-give]")) {
  const drop = form.querySelector("[data-drop]");
  const input = form.querySelector("input[type=file]");
  const label = form.querySelector("label");
  const button = form.querySelector("button");
  const light = (on) => drop.classList.toggle("over", on);
  const named = () => { if (input.files.length) label.textContent = input.files[0].name; };
  drop.addEventListener("dragover", (event) => { event.preventDefault(); light(true); });
  drop.addEventListener("dragleave", () => light(false));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    light(false);
    input.files = event.dataTransfer.files;
    named();
  });
  input.addEventListener("change", named);
  form.addEventListener("submit", () => {
    form.setAttribute("aria-busy", "true");
    button.textContent = form.dataset.busy;
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
