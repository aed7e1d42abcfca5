// /d/<id> and /periksa: reads the seal here, in the browser. Nothing that stands after the # is sent or kept anywhere.
import { Malformed, checkNumber, periodOf, read, readKeyList, readStatusList } from "./seal.js";

const panel = document.querySelector("[data-seal]");
const words = JSON.parse(panel.dataset.words);
const [office, point] = panel.dataset.root.split(":");
const root = point ? { office: Number(office), xy: Uint8Array.from(point.match(/../g), (pair) => parseInt(pair, 16)) } : null;
const find = (name, within = panel) => within.querySelector(`[data-${name}]`);
const now = () => Math.floor(Date.now() / 1000);
const written = (how, seconds) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", ...how }).format(seconds * 1000);
const dayOf = (days) => written({ timeZone: "UTC" }, days * 86400);
const timeOf = (seconds) => `${written({ timeStyle: "short", timeZone: "Asia/Jakarta" }, seconds)} WIB`;
const [LIST_KEYS, LIST_STATUS, MOST_BYTES] = ["/.well-known/tte/keys", "/.well-known/tte/status/", 4 << 20];

async function fetched(path) {
  const answer = await fetch(path, { credentials: "omit", redirect: "error" });
  if (!answer.ok || Number(answer.headers.get("content-length") ?? 0) > MOST_BYTES) throw new Malformed("no list");
  return new Uint8Array(await answer.arrayBuffer());
}

function seen(seq) {
  const name = `seq ${panel.dataset.root}`;
  try {
    if (seq !== undefined) localStorage.setItem(name, seq);
    return Number(localStorage.getItem(name) ?? 0);
  } catch {
    return 0; // storage is switched off
  }
}

async function keyLists() {
  if (root === null) return [];
  try {
    const keys = await readKeyList(await fetched(LIST_KEYS), root, seen());
    seen(keys.seq);
    return [keys];
  } catch {
    return [];
  }
}

async function statusOf(keys, period) {
  try {
    return new Map([[`${keys.office}/${period}`, await readStatusList(await fetched(LIST_STATUS + period), keys, period)]]);
  } catch {
    return new Map();
  }
}

async function judge(text) {
  const lists = await keyLists();
  const first = await read(text, lists, new Map(), now());
  if (!lists.length && ["UNKNOWN_KEY", "NOT_A_SEAL"].includes(first.verdict)) {
    return { ...first, verdict: first.verdict === "UNKNOWN_KEY" ? "" : first.verdict };
  }
  if (first.verdict !== "GENUINE_STATUS_UNKNOWN") return first;
  return read(text, lists, await statusOf(lists[0], periodOf(first.facts.get(4))), now());
}

let asked = 0;
async function check(text) {
  const mine = (asked += 1);
  panel.hidden = true;
  find("register").href = `/d/${text.slice(-26)}`; // shown for UNSEALED only: then these are the id, at a host of ours
  const found = await judge(text);
  if (mine === asked) show(found);
}

const unfit = new Set(); // rows whose NIK on the paper is another
const tones = { "TOTAL-PASSED": "care", INDETERMINATE: "unsure", "TOTAL-FAILED": "stop" };

function tone(name, said) {
  panel.querySelector("article").className = `verdict tone-${name}`;
  find("said").textContent = said;
}

function show({ verdict, office: name, facts, statusAt }) {
  const passed = words.worth[verdict] === "TOTAL-PASSED";
  tone(tones[words.worth[verdict]] ?? "unsure", words.said[verdict] ?? words.s_no_list);
  const when = statusAt !== null ? words.s_status_at.replace("{at}", timeOf(statusAt)) : passed ? words.s_no_status : "";
  find("when").textContent = when;
  find("facts").hidden = facts === null;
  find("register").hidden = verdict !== "UNSEALED";
  find("answers").hidden = !passed;
  find("question").textContent = passed ? words.s_question : "";
  find("question").hidden = !passed;
  find("list").replaceChildren(...(facts ? [...facts].filter(([label]) => label !== 8).map((fact) => line(fact, name)) : []));
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

function line([label, fact], name) {
  const [row, term, value] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
  term.textContent = words.names[label] ?? words.s_field.replace("{n}", label);
  if (label === 1) value.textContent = `${name} (${fact})`;
  else if (label === 2) value.textContent = words.kinds[fact] ?? fact;
  else if (label === 14) value.textContent = { 1: "L", 2: "P" }[fact] ?? fact;
  else if (words.days.includes(label)) value.textContent = Math.abs(fact) < 1e7 ? dayOf(fact) : fact;
  else value.textContent = typeof fact === "object" ? [...fact].map((byte) => byte.toString(16).padStart(2, "0")).join("") : fact;
  row.append(term, value);
  return row;
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
