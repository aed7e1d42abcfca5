// What the pages share that read seals: the lists that the office publishes, and how a sealed fact is written out.
import { Malformed, periodOf, read, readKeyList, readStatusList } from "./seal.js";

export const panel = document.querySelector("[data-seal]");
export const words = JSON.parse(panel.dataset.words);
export const now = () => Math.floor(Date.now() / 1000);
const [office, point] = panel.dataset.root.split(":");
const root = point ? { office: Number(office), xy: Uint8Array.from(point.match(/../g), (pair) => parseInt(pair, 16)) } : null;
const written = (how, seconds) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", ...how }).format(seconds * 1000);
const [LISTS, MOST_BYTES] = ["/.well-known/tte/", 4 << 20];

export const timeOf = (seconds) => `${written({ timeStyle: "short", timeZone: "Asia/Jakarta" }, seconds)} WIB`;

// Begins a check: what was found before goes, of paper or file. Gives whether it is still the one asked for last.
let last = 0;
export function turn() {
  const mine = (last += 1);
  for (const found of [panel, document.querySelector("[data-pdf-result]")]) if (found) found.hidden = true;
  return () => mine === last;
}

export async function fetched(name) {
  const answer = await fetch(LISTS + name, { credentials: "omit", cache: "no-cache", redirect: "error" });
  if (!answer.ok || Number(answer.headers.get("content-length") ?? 0) > MOST_BYTES) throw new Malformed("no list");
  return new Uint8Array(await answer.arrayBuffer());
}

// The highest number of a key list that was seen here: an older list is refused.
function seen(seq) {
  const name = `seq ${panel.dataset.root}`;
  try {
    if (seq !== undefined) localStorage.setItem(name, seq);
    return Number(localStorage.getItem(name)) || 0;
  } catch {
    return 0; // storage is switched off
  }
}

async function keyLists() {
  if (root === null) return [];
  try {
    const keys = await readKeyList(await fetched("keys"), root, seen());
    seen(keys.seq);
    return [keys];
  } catch {
    return [];
  }
}

async function statusOf(keys, period) {
  try {
    return new Map([[`${keys.office}/${period}`, await readStatusList(await fetched(`status/${period}`), keys, period)]]);
  } catch {
    return new Map();
  }
}

// What a seal is worth. Whole lists are fetched, so that nobody learns of which document; `known`: there is a key list.
export async function readByLists(text) {
  const lists = await keyLists();
  let found = await read(text, lists, new Map(), now());
  if (found.verdict === "GENUINE_STATUS_UNKNOWN") {
    found = await read(text, lists, await statusOf(lists[0], periodOf(found.facts.get(4))), now());
  }
  return { known: lists.length > 0, ...found };
}

// Names and values of all facts but the NIK checks, for `row`.
export function factsOf({ facts, office: name }) {
  return [...(facts ?? [])].filter(([label]) => label !== 8).map(([label, fact]) => {
    let said = typeof fact === "object" ? [...fact].map((byte) => byte.toString(16).padStart(2, "0")).join("") : fact;
    if (label === 1) said = `${name} (${fact})`;
    else if (label === 2) said = words.kinds[fact] ?? said;
    else if (label === 14) said = { 1: "L", 2: "P" }[fact] ?? said;
    else if (words.days.includes(label) && Math.abs(fact) < 1e7) said = written({ timeZone: "UTC" }, fact * 86400);
    return [words.names[label] ?? words.s_field.replace("{n}", label), said];
  });
}

export function row([name, value]) {
  const [line, term, said] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
  term.textContent = name;
  said.textContent = value;
  line.append(term, said);
  return line;
}
