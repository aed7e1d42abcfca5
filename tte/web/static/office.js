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
for (const form of document.querySelectorAll("[data-preview]")) {
  const sheet = form.querySelector("[data-sheet]");
  const told = form.querySelector("[data-told]");
  const wrong = form.querySelector("[data-wrong]");
  let waiting, under;
  const look = async () => {
    under?.abort();
    under = new AbortController();
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.preview, { method: "POST", body, signal: under.signal });
    if (!answer.ok) return;
    const { picture, said } = await answer.json();
    wrong.textContent = said;
    told.textContent = picture ? told.dataset.told : "";
    if (!picture) return;
    const shown = sheet.querySelector("img") ?? sheet.appendChild(document.createElement("img"));
    shown.src = picture;
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    told.textContent = "";
    waiting = setTimeout(() => look().catch(() => {}), 700);
  });
}
