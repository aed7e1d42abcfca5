// Comforts only: every page works without this file.
"use strict";
for (const box of document.querySelectorAll("[data-all]")) {
  const boxes = document.querySelectorAll(`input[name="${box.dataset.all}"]:not(:disabled)`);
  const count = document.querySelector("[data-count]");
  const told = () => { if (count) count.textContent = [...boxes].filter((one) => one.checked).length; };
  box.addEventListener("change", () => { for (const one of boxes) one.checked = box.checked; told(); });
  for (const one of boxes) one.addEventListener("change", told);
  told();
}
