// /periksa: judges a PDF here, in the browser. The file goes nowhere, unless somebody presses the button that uploads it.
import { LARGEST, checkPdf, isSealOf } from "./pdfcheck.js";
import { factsOf, fetched, now, readByLists, row, timeOf, turn, words as sealWords } from "./sealparts.js";

const place = document.querySelector("[data-pdf]");
const words = { ...sealWords, ...JSON.parse(place.dataset.pdfWords) };
const find = (name) => place.querySelector(`[data-pdf-${name}]`);

async function trusted() {
  try {
    const said = JSON.parse(new TextDecoder().decode(await fetched("anchors")));
    return { signers: said.signers, anchors: said.anchors.map((one) => Uint8Array.from(atob(one), (letter) => letter.charCodeAt(0))) };
  } catch {
    return { signers: [], anchors: [] };
  }
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
  const seal = await readByLists(found.seals[0]);
  if (!seal.known) return { tone: "care", said: words.f_valid, lines, note: words.f_note };
  const ofOffice = seal.facts !== null && (!mandates.length || mandates.some((one) => one.office === String(seal.facts.get(1))));
  if (!BY_SEAL[seal.verdict] || !ofOffice || !(await isSealOf(seal, found))) return { ...unsure("seal"), lines };
  let [tone, said] = BY_SEAL[seal.verdict], fresh = seal.verdict === "GENUINE";
  if (tone === "care" && !mandates.length) [said, fresh] = ["f_valid", false]; // nobody says who may sign
  const why = seal.statusAt === null ? "" : words.s_status_at.replace("{at}", timeOf(seal.statusAt));
  return { tone, said: words[said], why, lines: [...factsOf(seal), ...lines], note: words.f_note, asks: tone === "care", fresh };
}

function tone(name, said) {
  find("verdict").className = `verdict tone-${name}`;
  find("said").textContent = said;
}

function show({ tone: colour, said, why = "", lines = [], note = "", asks = false, fresh = false }) {
  tone(colour, said);
  find("why").textContent = why;
  find("facts").replaceChildren(...lines.map(row));
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

const input = place.querySelector("input[type=file]");
async function check() {
  if (!input.files.length) return input.reportValidity();
  const mine = turn();
  find("result").hidden = false;
  show({ tone: "unsure", said: words.f_busy });
  const found = await judge(input.files[0]).catch(() => unsure("layout"));
  if (mine()) show(found);
}

find("here").hidden = false;
find("here").onclick = check;
input.onchange = turn; // another file: what was said of the last one goes
place.dataset.pdf = "ready";
