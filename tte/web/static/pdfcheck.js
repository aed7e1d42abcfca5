// Judges a PDF where it lies, without sending it anywhere: docs/pdfcheck.md. No page, no network, no clock.
//
// VALID    every byte is covered by one signature that holds, by a certificate below an anchor
// ALTERED  the bytes are not those that were signed          INVALID   the value is not the certificate's
// UNSURE   anything else: `why` says what, and the file must be looked at where more is known
import { chainOf, nameOf } from "./certificates.js";
import { holds, openCms, signerOf } from "./cms.js";
import { equal, hex } from "./der.js";
import { bytesOf, oneSignature } from "./onesignature.js";
import { Unclear, asText } from "./pdfsyntax.js";
import { digestOf } from "./signaturevalue.js";

export const LARGEST = 64 << 20;
const DAY = 86400;
const RANGE = /\/ByteRange\s*\[\s*0 (\d{1,9}) (\d{1,9}) (\d{1,9})\s*\]/g;
const SEAL = /\/Artifact <<\/TTE_Seal \(([!-'*-[\]-~]{1,1200})\)>> BDC /g;

// `anchors` are DER certificates, `now` is in seconds since 1970-01-01. The bytes are used up by it.
export async function checkPdf(bytes, anchors, now) {
  let text = "";
  try {
    if (bytes.length > LARGEST) throw new Unclear("large");
    text = asText(bytes);
    return await judged(bytes, text, anchors, now);
  } catch (why) {
    const unsure = { verdict: "UNSURE", why: why instanceof Unclear ? why.why : "layout" };
    return text && (await plainlyAltered(bytes, text)) ? { verdict: "ALTERED", why: "digest" } : unsure;
  }
}

async function judged(bytes, text, anchors, now) {
  const file = oneSignature(text), cms = openCms(file.cms);
  if (!equal(await digestAround(bytes, file.gap, bytes.length, cms.hash), cms.digest)) return { verdict: "ALTERED", why: "digest" };
  if (!(await holds(cms))) return { verdict: "INVALID", why: "value" };
  if (!anchors.length) throw new Unclear("no_anchors");
  if (file.at > now + DAY) throw new Unclear("period");
  const chain = await chainOf(cms, signerOf(cms), anchors, [file.at, now]);
  const seals = [...text.matchAll(SEAL)].map((found) => found[1]);
  return {
    verdict: "VALID", why: "", signer: nameOf(chain[0]), chain: chain.map(nameOf), at: file.at, name: file.name,
    certificate: hex(await digestOf("SHA-256", chain[0].whole)), seals,
  };
}

// Without the gap. Two pieces are joined, as WebCrypto takes only whole ones.
async function digestAround(bytes, [a, b], end, hash) {
  const joined = new Uint8Array(a + end - b);
  joined.set(bytes.subarray(0, a));
  joined.set(bytes.subarray(b, end), a);
  return digestOf(hash, joined);
}

// Of a file that is not read whole: whether it says of one signature only what it covers, and that is not what was signed.
async function plainlyAltered(bytes, text) {
  try {
    const ranges = [...text.matchAll(RANGE)];
    if (ranges.length !== 1 || [...text.matchAll(/ByteRange/g)].length !== 1) return false;
    const [a, b, c] = ranges[0].slice(1).map(Number);
    if (!(0 < a && a + 2 < b && b + c <= bytes.length) || text[a] !== "<" || text[b - 1] !== ">") return false;
    const cms = openCms(bytesOf(text.slice(a + 1, b - 1)));
    return !equal(await digestAround(bytes, [a, b], b + c, cms.hash), cms.digest);
  } catch {
    return false;
  }
}

// Whether the seal that was read belongs to this file: its id is the file's name, and it was made on the day of the signature.
export async function isSealOf({ id, facts }, { name, at }) {
  const wanted = hex((await digestOf("SHA-256", new TextEncoder().encode(id))).subarray(0, 16));
  return wanted === name && facts.get(4) === Math.floor((at + 9 * 3600) / DAY); // days are those of the east of Indonesia
}
