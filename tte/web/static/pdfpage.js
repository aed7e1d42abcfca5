// /periksa: judges a PDF here, in the browser. The file goes nowhere, unless somebody presses the button that uploads it.
import { LARGEST, checkPdf, isSealOf } from "./pdfcheck.js";
import { periodOf, read, readKeyList, readStatusList } from "./seal.js";

const place = document.querySelector("[data-pdf]"), panel = document.querySelector("[data-seal]");
const words = { ...JSON.parse(panel.dataset.words), ...JSON.parse(place.dataset.pdfWords) };
const [office, point] = panel.dataset.root.split(":");
const root = point ? { office: Number(office), xy: Uint8Array.from(point.match(/../g), (pair) => parseInt(pair, 16)) } : null;
const find = (name) => place.querySelector(`[data-pdf-${name}]`);
const now = () => Math.floor(Date.now() / 1000);
const written = (how, seconds) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", ...how }).format(seconds * 1000);
const timeOf = (seconds) => `${written({ timeStyle: "short", timeZone: "Asia/Jakarta" }, seconds)} WIB`;
const LISTS = "/.well-known/tte/";

async function fetched(name) {
  const answer = await fetch(LISTS + name, { credentials: "omit", cache: "no-cache", redirect: "error" });
  if (!answer.ok) throw new Error("no such list");
  return new Uint8Array(await answer.arrayBuffer());
}

async function trusted() {
  try {
    const said = JSON.parse(new TextDecoder().decode(await fetched("anchors")));
    return { signers: said.signers, anchors: said.anchors.map((one) => Uint8Array.from(atob(one), (letter) => letter.charCodeAt(0))) };
  } catch {
    return { signers: [], anchors: [] };
  }
}

const seen = () => {
  try {
    return Number(localStorage.getItem(`seq ${panel.dataset.root}`)) || 0; // kept by sealpage.js
  } catch {
    return 0; // storage is switched off
  }
};

// What the seal in the signed bytes is worth. Whole lists are fetched, so that nobody learns of which document.
async function sealed(text) {
  const lists = [], status = new Map();
  try {
    lists.push(await readKeyList(await fetched("keys"), root, seen()));
    const { facts } = await read(text, lists, status, now()), period = periodOf(facts.get(4));
    status.set(`${lists[0].office}/${period}`, await readStatusList(await fetched(`status/${period}`), lists[0], period));
  } catch {
    // what is missing is said by the verdict
  }
  return { known: lists.length > 0, ...(await read(text, lists, status, now())) };
}

const BY_SEAL = {
  GENUINE: ["care", "f_in_force"],
  GENUINE_STATUS_OLD: ["care", "f_old"],
  GENUINE_STATUS_UNKNOWN: ["care", "f_valid"],
  WITHDRAWN: ["stop", "f_withdrawn"],
  REPLACED: ["stop", "f_replaced"],
  UNDER_REVIEW: ["unsure", "f_review"],
  SPECIMEN: ["unsure", "f_specimen"],
};
const unsure = (why) => ({ tone: "unsure", said: words.f_unsure, why: words[`f_${why}`] ?? words.f_layout });

async function judge(file) {
  if (file.size > LARGEST) return unsure("large");
  const { anchors, signers } = await trusted();
  const found = await checkPdf(new Uint8Array(await file.arrayBuffer()), anchors, now());
  if (found.verdict === "ALTERED") return { tone: "stop", said: words.f_altered };
  if (found.verdict === "INVALID") return { tone: "stop", said: words.f_invalid };
  if (found.verdict !== "VALID") return unsure(found.why);
  const lines = [[words.f_signer, found.signer], [words.f_at, timeOf(found.at)]];
  const mandates = signers.filter((one) => one.certificate === found.certificate && (one.from ?? 0) <= found.at && found.at < (one.until ?? Infinity));
  if (signers.length && !mandates.length) return { ...unsure("official"), lines };
  if (mandates.some((one) => one.office.endsWith(" SPECIMEN"))) return { tone: "unsure", said: words.f_specimen, lines };
  if (found.seals.length > 1) return { ...unsure("seal"), lines };
  if (!found.seals.length) return { tone: "care", said: words.f_valid, lines, note: words.f_note };
  const seal = await sealed(found.seals[0]);
  if (!seal.known) return { tone: "care", said: words.f_valid, lines, note: words.f_note };
  const ofOffice = seal.facts !== null && (!mandates.length || mandates.some((one) => one.office === String(seal.facts.get(1))));
  if (!BY_SEAL[seal.verdict] || !ofOffice || !(await isSealOf(seal, found))) return { ...unsure("seal"), lines };
  let [tone, said] = BY_SEAL[seal.verdict], fresh = seal.verdict === "GENUINE";
  if (tone === "care" && !mandates.length) [said, fresh] = ["f_valid", false]; // nobody says who may sign
  const why = seal.statusAt === null ? "" : words.s_status_at.replace("{at}", timeOf(seal.statusAt));
  return { tone, said: words[said], why, lines: [...factsOf(seal), ...lines], note: words.f_note, asks: tone === "care", fresh };
}

function factsOf({ facts, office: name }) {
  return [...facts].filter(([label]) => label !== 8).map(([label, fact]) => {
    let said = String(fact);
    if (label === 1) said = `${name} (${fact})`;
    else if (label === 2) said = words.kinds[fact] ?? said;
    else if (label === 14) said = { 1: "L", 2: "P" }[fact] ?? said;
    else if (words.days.includes(label) && Math.abs(fact) < 1e7) said = written({ timeZone: "UTC" }, fact * 86400);
    return [words.names[label] ?? words.s_field.replace("{n}", label), said];
  });
}

function tone(name, said) {
  find("verdict").className = `verdict tone-${name}`;
  find("said").textContent = said;
}

function show({ tone: colour, said, why = "", lines = [], note = "", asks = false, fresh = false }) {
  tone(colour, said);
  find("why").textContent = why;
  find("facts").replaceChildren(...lines.map(line));
  find("question").textContent = asks ? words.f_question : "";
  find("question").hidden = find("answers").hidden = !asks;
  find("same").textContent = words.s_same;
  find("differs").textContent = words.s_differs;
  find("same").onclick = () => tone(fresh ? "good" : "care", said);
  find("differs").onclick = () => {
    tone("stop", words.f_is_other);
    find("answers").hidden = true; // to think again is to check again
  };
  find("note").textContent = note;
  find("upload").classList.toggle("plain", colour !== "unsure");
}

function line([name, value]) {
  const [row, term, said] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
  term.textContent = name;
  said.textContent = value;
  row.append(term, said);
  return row;
}

const input = place.querySelector("input[type=file]");
let asked = 0;
async function check() {
  if (!input.files.length) return input.reportValidity();
  const mine = (asked += 1);
  find("result").hidden = false;
  show({ tone: "unsure", said: words.f_busy });
  const found = await judge(input.files[0]).catch(() => unsure("layout"));
  if (mine === asked) show(found);
}

find("here").hidden = find("promise").hidden = false;
find("here").onclick = check;
input.onchange = () => {
  asked += 1; // another file: what was said of the last one goes
  find("result").hidden = true;
};
place.dataset.pdf = "ready";
