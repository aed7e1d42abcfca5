// The value of a signature (CMS, RFC 5652) and the chain above it (RFC 5280), as far as this is sure: it says yes, that the
// value does not hold, or nothing (`Unclear`). docs/pdfcheck.md. WebCrypto does the arithmetic; nothing is fetched.
import { BITS, BOOLEAN, INTEGER, NotDer, OCTETS, OID, SEQUENCE, SET, equal, hex, inner, items, only, shape, time, unsigned, valueAt } from "./der.js";
import { Unclear } from "./onesignature.js";

const [DATA, SIGNED_DATA] = ["2a864886f70d010701", "2a864886f70d010702"];
const [CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME] = ["2a864886f70d010903", "2a864886f70d010904", "2a864886f70d010905"];
const [PROTECTION, SIGNING_CERTIFICATE] = ["2a864886f70d010934", "2a864886f70d010910022f"];
const [BASIC, USAGE, PURPOSES, STATED_KEY, OWN_KEY] = ["551d13", "551d0f", "551d25", "551d23", "551d0e"];
const HASHES = { "608648016503040201": "SHA-256", "608648016503040202": "SHA-384", "608648016503040203": "SHA-512" };
const RSA_KEY = "2a864886f70d010101", PSS = "2a864886f70d01010a", MGF1 = "2a864886f70d010108", EC_KEY = "2a8648ce3d0201";
const RSA_WITH = { "2a864886f70d01010b": "SHA-256", "2a864886f70d01010c": "SHA-384", "2a864886f70d01010d": "SHA-512" };
const ECDSA_WITH = { "2a8648ce3d040302": "SHA-256", "2a8648ce3d040303": "SHA-384", "2a8648ce3d040304": "SHA-512" };
const CURVES = { "2a8648ce3d030107": ["P-256", 32], "2b81040022": ["P-384", 48] };
const COMMON_NAME = "550403";
// Extensions that change how a chain is judged (names, policies, attributes): not judged here, critical or not.
const UNUSUAL = ["551d1e", "551d21", "551d24", "551d36", "551d37", "551d38", "2b06010505070106"];
// What a signer's certificate may be for, where it says so: as tte/validation/crypto.py has it.
const SIGNING = ["551d2500", "2b06010505070302", "2b06010505070304", "2b06010505070324", "2a864886f72f010105", "2b0601040182370a030c"];
const LONGEST = 8, MOST_CERTIFICATES = 10;

const nothing = (why) => {
  throw new Unclear(why);
};

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

function unlessOdd(why, reading) {
  try {
    return reading();
  } catch (odd) {
    if (odd instanceof NotDer || odd instanceof TypeError) nothing(why);
    throw odd;
  }
}

function algorithmOf(value) {
  const [name, ...parameters] = items(value);
  if (name?.tag !== OID || parameters.length > 1) nothing("algorithm");
  return { name: hex(name.contents), parameters: parameters[0], bare: !parameters.length || hex(parameters[0].whole) === "0500" };
}

function hashOf(value) {
  const { name, bare } = algorithmOf(value);
  return (bare && HASHES[name]) || nothing("algorithm");
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

function certificateOf(value) {
  const [body, outerHow, bits] = shape(only(value.whole, SEQUENCE), SEQUENCE, SEQUENCE, BITS);
  const [version, serial, how, issuer, validity, subject, key, more] = shape(body, inner(0), INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE, inner(3));
  if (hex(version.contents) !== "020102" || !equal(how.whole, outerHow.whole) || bits.contents[0] !== 0) nothing("chain");
  const [from, until] = items(validity);
  if (items(validity).length !== 2) nothing("chain");
  return {
    whole: value.whole, body: body.whole, how, signature: bits.contents.subarray(1), serial: serial.whole, issuer: issuer.whole,
    subject: subject.whole, key, from: time(from), until: time(until), extensions: extensionsOf(only(more.contents, SEQUENCE)),
  };
}

function extensionsOf(list) {
  const found = new Map();
  for (const one of items(list)) {
    const parts = items(one), name = hex(parts[0].contents), critical = parts.length === 3;
    const tags = critical ? [OID, BOOLEAN, OCTETS] : [OID, OCTETS];
    shape(one, ...tags);
    if (critical && hex(parts[1].contents) !== "ff") nothing("chain");
    const handled = [BASIC, USAGE, PURPOSES].includes(name);
    if (found.has(name) || UNUSUAL.includes(name) || (critical && !handled)) nothing("chain");
    found.set(name, parts.at(-1).contents);
  }
  return found;
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

export const digestOf = async (hash, bytes) => new Uint8Array(await crypto.subtle.digest(hash, bytes));

// `hash` is that of the CMS; a signature algorithm that names another one is not judged.
async function verifies(key, how, hash, value, signed) {
  const { name, parameters, bare } = unlessOdd("algorithm", () => algorithmOf(how));
  const kind = unlessOdd("algorithm", () => algorithmOf(shape(key, SEQUENCE, BITS)[0]));
  const stated = RSA_WITH[name] ?? ECDSA_WITH[name] ?? (name === RSA_KEY || name === PSS ? hash : null);
  if (stated !== hash) nothing("algorithm");
  let given, used, raw = value;
  if (ECDSA_WITH[name]) {
    const [curve, size] = (kind.name === EC_KEY && CURVES[kind.parameters && hex(kind.parameters.contents)]) || nothing("algorithm");
    if (parameters) nothing("algorithm");
    given = { name: "ECDSA", namedCurve: curve };
    used = { name: "ECDSA", hash };
    raw = rawOf(value, size);
    if (raw === null) return false;
  } else {
    if (kind.name !== RSA_KEY || !kind.bare) nothing("algorithm");
    if (name === PSS) used = { name: "RSA-PSS", saltLength: saltOf(parameters, hash) };
    else if (parameters && bare) used = { name: "RSASSA-PKCS1-v1_5" };
    else nothing("algorithm");
    given = { name: used.name, hash };
  }
  const imported = await crypto.subtle.importKey("spki", key.whole, given, false, ["verify"]).catch(() => nothing("algorithm"));
  const bits = imported.algorithm.modulusLength ?? 0;
  if (given.hash && (bits < 2048 || bits > 8192)) nothing("algorithm");
  return crypto.subtle.verify(used, imported, raw, signed);
}

// r and s of fixed length, as WebCrypto wants them, out of DER; null if it is no signature of this size.
function rawOf(value, size) {
  try {
    const raw = new Uint8Array(2 * size);
    shape(only(value, SEQUENCE), INTEGER, INTEGER).map(unsigned).forEach((one, at) => raw.set(one, (at + 1) * size - one.length));
    return raw;
  } catch (odd) {
    if (odd instanceof NotDer || odd instanceof RangeError) return null;
    throw odd;
  }
}

// RFC 4055 §3.1: hash and mask by the hash of the CMS, the salt's length said.
function saltOf(parameters, hash) {
  return unlessOdd("algorithm", () => {
    const [digest, mask, salt] = shape(parameters, inner(0), inner(1), inner(2));
    const masked = algorithmOf(only(mask.contents, SEQUENCE)), length = unsigned(only(salt.contents, INTEGER));
    const own = hashOf(only(digest.contents, SEQUENCE)) === hash && masked.name === MGF1 && hashOf(masked.parameters) === hash;
    return own && length.length === 1 ? length[0] : nothing("algorithm");
  });
}

// The chain from the signer to one of `anchors` (DER), at a time: its certificates, signer first. Every certificate that
// came with the signature must be in it, so that no byte of the file is left unlooked at.
export async function chainOf(cms, anchors, times) {
  const believed = anchors.map((one) => unlessOdd("chain", () => certificateOf(only(one, SEQUENCE))));
  const path = [signerOf(cms)];
  fitToSign(path[0]);
  for (;;) {
    const last = path.at(-1);
    if (times.some((at) => at < last.from || at > last.until)) nothing("period");
    if (path.length > LONGEST || equal(last.subject, last.issuer)) nothing("chain");
    const anchor = await issuerOf(last, believed, path.length - 1);
    if (anchor) return complete(cms, path, anchor);
    const issuer = await issuerOf(last, cms.offered.filter((one) => !path.includes(one)), path.length - 1);
    path.push(issuer ?? nothing("chain"));
  }
}

function complete(cms, path, anchor) {
  const all = [...path, anchor];
  if (!cms.offered.every((one) => all.some((other) => equal(one.whole, other.whole)))) nothing("chain");
  return all;
}

async function issuerOf(subject, able, below) {
  for (const one of able) {
    if (!equal(one.subject, subject.issuer) || !fitToIssue(one, subject, below)) continue;
    const hash = RSA_WITH[hex(items(subject.how)[0].contents)] ?? ECDSA_WITH[hex(items(subject.how)[0].contents)];
    if (hash && (await verifies(one.key, subject.how, hash, subject.signature, subject.body))) return one;
  }
  return null;
}

function fitToSign({ extensions }) {
  const [authority] = basicOf(extensions), purposes = extensions.get(PURPOSES);
  const fits = !authority && (usageOf(extensions)[0] & 0b11000000) !== 0;
  const meant = purposes === undefined || unlessOdd("chain", () => items(only(purposes, SEQUENCE))).some((one) => SIGNING.includes(hex(one.contents)));
  if (!fits || !meant) nothing("chain");
}

function fitToIssue({ extensions }, subject, below) {
  const [authority, longest] = basicOf(extensions);
  const stated = keyIdentifierOf(subject.extensions.get(STATED_KEY), true), own = keyIdentifierOf(extensions.get(OWN_KEY), false);
  if (stated && own && !equal(stated, own)) return false;
  return authority && longest >= below && (usageOf(extensions)[0] & 0b100) !== 0 && !extensions.has(PURPOSES);
}

// Whether it is an authority's, and how many others may stand below it.
function basicOf(extensions) {
  if (!extensions.has(BASIC)) return [false, 0];
  return unlessOdd("chain", () => {
    const [authority, longest, more] = items(only(extensions.get(BASIC), SEQUENCE));
    if (authority === undefined) return [false, 0];
    if (authority.tag !== BOOLEAN || hex(authority.contents) !== "ff" || more !== undefined) nothing("chain");
    const length = longest === undefined ? [LONGEST] : unsigned(longest);
    return [true, length.length === 1 ? length[0] : nothing("chain")];
  });
}

// The first byte of key usage (RFC 5280 §4.2.1.3), highest bit digitalSignature; it must be there.
function usageOf(extensions) {
  return unlessOdd("chain", () => {
    const { contents } = only(extensions.get(USAGE) ?? nothing("chain"), BITS);
    return contents.length > 1 && contents[0] < 8 ? contents.subarray(1) : nothing("chain");
  });
}

function keyIdentifierOf(extension, stated) {
  if (extension === undefined) return null;
  return unlessOdd("chain", () => {
    if (!stated) return only(extension, OCTETS).contents;
    return items(only(extension, SEQUENCE)).find((one) => one.tag === 0x80)?.contents ?? null;
  });
}

// The common name of a certificate's subject, else nothing.
export function nameOf({ subject }) {
  for (const set of items(valueAt(subject))) {
    for (const one of items(set)) {
      const [kind, value] = items(one);
      if (hex(kind.contents) === COMMON_NAME && [0x0c, 0x13].includes(value.tag)) return new TextDecoder().decode(value.contents);
    }
  }
  return "";
}
