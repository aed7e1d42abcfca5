// /d/<id> and /periksa: reads the seal here, in the browser. Nothing that stands after the # is sent or kept anywhere.
import { checkNumber } from "./seal.js";
import { factsOf, panel, readByLists, row, timeOf, turn, words } from "./sealparts.js";

const find = (name, within = panel) => within.querySelector(`[data-${name}]`);

async function judge(text) {
  const found = await readByLists(text);
  return !found.known && found.verdict === "UNKNOWN_KEY" ? { ...found, verdict: "" } : found;
}

async function check(text) {
  const mine = turn();
  find("register").href = `/d/${text.slice(-26)}`; // shown for UNSEALED only: then these are the id, at a host of ours
  const found = await judge(text);
  if (mine()) show(found);
}

const unfit = new Set(); // rows whose NIK on the paper is another
const tones = { "TOTAL-PASSED": "care", INDETERMINATE: "unsure", "TOTAL-FAILED": "stop" };

function tone(name, said) {
  panel.querySelector("article").className = `verdict tone-${name}`;
  find("said").textContent = said;
}

function show({ verdict, office, facts, statusAt }) {
  const passed = words.worth[verdict] === "TOTAL-PASSED";
  tone(tones[words.worth[verdict]] ?? "unsure", words.said[verdict] ?? words.s_no_list);
  const when = statusAt !== null ? words.s_status_at.replace("{at}", timeOf(statusAt)) : passed ? words.s_no_status : "";
  find("when").textContent = when;
  find("facts").hidden = facts === null;
  find("register").parentElement.hidden = verdict !== "UNSEALED";
  find("answers").hidden = !passed;
  find("question").textContent = passed ? words.s_question : "";
  find("question").hidden = !passed;
  find("list").replaceChildren(...factsOf({ facts, office }).map(row));
  unfit.clear();
  find("niks").replaceChildren(...[...(facts?.get(8) ?? [])].slice(0, 30).map(nik));
  find("same").textContent = words.s_same;
  find("differs").textContent = words.s_differs;
  find("same").onclick = () => same(verdict);
  find("differs").onclick = other;
  panel.hidden = false;
  panel.scrollIntoView();
}

function same(verdict) {
  if (unfit.size) return other();
  const inForce = ["", "in_force"].includes(panel.dataset.state);
  if (verdict === "GENUINE" && inForce) tone("good", words.s_is_same);
  else tone("care", words.s_is_same_but);
}

function other() {
  tone("stop", words.s_is_other);
  find("answers").hidden = true; // to think again is to check again
}

function nik(check, at) {
  const [box, label, input, said] = ["div", "label", "input", "p"].map((tag) => document.createElement(tag));
  label.className = "label";
  label.htmlFor = input.id = `nik-${at}`;
  label.textContent = words.s_nik.replace("{n}", at + 1);
  Object.assign(input, { className: "input", inputMode: "numeric", autocomplete: "off", maxLength: 16 });
  said.setAttribute("role", "status");
  input.oninput = () => {
    const whole = /^[0-9]{16}$/.test(input.value), fits = whole && checkNumber(input.value) === check;
    said.textContent = fits ? words.s_nik_fits : whole ? words.s_nik_not : "";
    if (whole && !fits) unfit.add(at);
    else unfit.delete(at);
  };
  box.append(label, input, said);
  return box;
}

// A document's page: what it says of the register is green no more while a seal is in question.
const fragment = location.hash.slice(1);
if (location.pathname.startsWith("/d/") && fragment && document.getElementById(fragment) === null) {
  const text = location.href;
  history.replaceState(null, "", location.pathname + location.search);
  const register = document.querySelector("article.tone-good");
  register?.classList.replace("tone-good", "tone-unsure");
  for (const icon of register?.querySelectorAll("svg") ?? []) icon.remove();
  panel.parentElement.prepend(panel);
  check(text);
}

// /periksa
const place = document.querySelector("[data-periksa]");
if (place) {
  const { able, inFrame, inPhoto, needed } = await import("./scan.js");
  const note = find("note", place), button = find("camera", place), video = place.querySelector("video");
  const open = button.textContent;
  let stream = null;
  find("check", place).onclick = () => check(document.getElementById("text").value.trim());
  find("scan", place).hidden = !able;
  if (!able) note.textContent = words.s_no_detector;

  const unread = (code) => (code === null ? words.s_no_scanner : words.s_no_qr);
  document.getElementById("photo").onchange = async ({ target }) => {
    if (!target.files.length) return;
    note.textContent = words.s_reading;
    const code = await inPhoto(target.files[0]);
    target.value = ""; // the same file may be chosen again
    note.textContent = code ? "" : unread(code);
    if (code) check(code);
  };

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.hidden = true;
    button.textContent = open;
  }

  button.onclick = async () => {
    if (stream) return stop();
    const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
    stream = await navigator.mediaDevices?.getUserMedia({ video: wanted }).catch(() => null);
    note.textContent = stream ? "" : words.s_no_camera;
    if (!stream) return;
    const mine = stream;
    button.textContent = words.s_stop;
    video.srcObject = stream;
    video.hidden = false;
    await video.play().catch(() => {});
    while (stream === mine && mine.active && !document.hidden) {
      const code = await inFrame(video);
      if (stream !== mine) return;
      if (code === null) note.textContent = words.s_no_scanner;
      if (code === null || code) {
        stop();
        if (code) check(code);
        return;
      }
      await new Promise((done) => setTimeout(done, 100));
    }
    if (stream === mine) stop();
  };

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(`/periksa.js?e=${place.dataset.periksa}`, { scope: "/periksa" }).then(
      async () => {
        await navigator.serviceWorker.ready;
        await (await caches.open(`periksa ${place.dataset.periksa}`)).addAll(needed);
        if (able) note.textContent ||= words.s_offline;
        place.dataset.ready = "yes";
      },
    ).catch(() => {});
  }
}
