// The value of a signature (CMS, RFC 5652), as far as this is sure: it says yes, that the value does not hold, or nothing
// (`Unclear`). docs/pdfcheck.md.
import { certificateOf } from "./certificates.js";
import { INTEGER, OCTETS, OID, SEQUENCE, SET, equal, hex, inner, items, only, shape, valueAt } from "./der.js";
import { digestOf, hashOf, nothing, unlessOdd, verifies } from "./signaturevalue.js";

const [DATA, SIGNED_DATA] = ["2a864886f70d010701", "2a864886f70d010702"];
const [CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME] = ["2a864886f70d010903", "2a864886f70d010904", "2a864886f70d010905"];
const MOST_CERTIFICATES = 10;
const [PROTECTION, SIGNING_CERTIFICATE] = ["2a864886f70d010934", "2a864886f70d010910022f"];

// What is read of the CMS before anything is believed. `Unclear` if it is not built so.
export function openCms(contents) {
  return unlessOdd("cms", () => {
    const outer = valueAt(contents);
    if (contents.subarray(outer.end).some((byte) => byte !== 0)) nothing("cms");
    const [kind, explicit] = shape(only(outer.whole, SEQUENCE), OID, inner(0));
    const [version, digests, content, certificates, signers] = shape(only(explicit.contents, SEQUENCE), INTEGER, SET, SEQUENCE, inner(0), SET);
    const [type] = shape(content, OID), signer = items(only(signers.contents, SEQUENCE)), [digest] = shape(digests, SEQUENCE);
    if (hex(kind.contents) !== SIGNED_DATA || hex(type.contents) !== DATA) nothing("cms");
    if (signer.at(-1).tag === inner(1)) nothing("stamped");
    const [ofSigner, named, algorithm, attributes, how, value] = shape(only(signers.contents, SEQUENCE), INTEGER, SEQUENCE, SEQUENCE, inner(0), SEQUENCE, OCTETS);
    if (hex(version.contents) !== "01" || hex(ofSigner.contents) !== "01" || !equal(digest.whole, algorithm.whole)) nothing("cms");
    const offered = items(certificates), sorted = offered.every((one, at) => !at || hex(offered[at - 1].whole) < hex(one.whole));
    if (!sorted || hex(items(algorithm).at(-1).whole) !== "0500") nothing("cms"); // DER, and one way of saying it: no signature covers these
    if (!offered.length || offered.length > MOST_CERTIFICATES) nothing("chain");
    return { hash: hashOf(algorithm), named, algorithm, how, value: value.contents, ...attributesOf(attributes), offered: offered.map(certificateOf) };
  });
}

// Each attribute once, with one value; none but these.
function attributesOf(attributes) {
  const found = new Map();
  for (const one of items(attributes)) {
    const [kind, values] = shape(one, OID, SET), name = hex(kind.contents), [value, second] = items(values);
    if (found.has(name) || second !== undefined || value === undefined) nothing("cms");
    found.set(name, value);
  }
  const known = [CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE, SIGNING_TIME, PROTECTION];
  if (![...found.keys()].every((name) => known.includes(name))) nothing("cms");
  const type = found.get(CONTENT_TYPE), digest = found.get(MESSAGE_DIGEST);
  if (type?.tag !== OID || hex(type.contents) !== DATA || digest?.tag !== OCTETS || !found.has(SIGNING_CERTIFICATE)) nothing("cms");
  const toSign = attributes.whole.slice();
  toSign[0] = SET; // RFC 5652 §5.4
  return { digest: digest.contents, identified: found.get(SIGNING_CERTIFICATE), protection: found.get(PROTECTION), toSign };
}

// Whether the value holds for its attributes, by the certificate that it names. Unclear if that cannot be said.
export async function holds(cms) {
  const signer = signerOf(cms);
  await identifies(cms, signer);
  return verifies(signer.key, cms.how, cms.hash, cms.value, cms.toSign);
}

export function signerOf(cms) {
  const [issuer, serial] = unlessOdd("cms", () => shape(cms.named, SEQUENCE, INTEGER));
  const able = cms.offered.filter((one) => equal(one.issuer, issuer.whole) && equal(one.serial, serial.whole));
  return able.length === 1 ? able[0] : nothing("chain");
}

// ESS signing-certificate-v2 (RFC 5035 §3) and algorithm protection (RFC 6211) say what is so.
async function identifies(cms, signer) {
  const [hash, wanted] = unlessOdd("cms", () => {
    const [certificates] = shape(cms.identified, SEQUENCE), [one] = shape(certificates, SEQUENCE);
    const parts = items(one), hash = parts[0].tag === SEQUENCE ? hashOf(parts.shift()) : "SHA-256";
    if (parts[0]?.tag !== OCTETS || parts.length > 2) nothing("cms");
    if (parts.length === 2) {
      const [names, serial] = shape(parts[1], SEQUENCE, INTEGER), [name] = shape(names, inner(4));
      if (!equal(name.contents, signer.issuer) || !equal(serial.whole, signer.serial)) nothing("cms");
    }
    if (cms.protection) {
      const [digest, how] = shape(cms.protection, SEQUENCE, inner(1));
      if (!equal(digest.whole, cms.algorithm.whole) || !equal(how.contents, cms.how.contents)) nothing("cms");
    }
    return [hash, parts[0].contents];
  });
  if (!equal(await digestOf(hash, signer.whole), wanted)) nothing("cms");
}
