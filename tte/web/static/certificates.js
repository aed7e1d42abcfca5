// Certificates and the chain above a signer (RFC 5280 §6), where it asks for nothing unusual; else `Unclear`. Nothing is fetched.
import { BITS, BOOLEAN, INTEGER, OCTETS, OID, SEQUENCE, equal, hex, inner, items, only, shape, time, unsigned, valueAt } from "./der.js";
import { ECDSA_WITH, RSA_WITH, nothing, unlessOdd, verifies } from "./signaturevalue.js";

const [BASIC, USAGE, PURPOSES, STATED_KEY, OWN_KEY] = ["551d13", "551d0f", "551d25", "551d23", "551d0e"];
const COMMON_NAME = "550403";
// Extensions that change how a chain is judged (names, policies, attributes): not judged here, critical or not.
const UNUSUAL = ["551d1e", "551d21", "551d24", "551d36", "551d37", "551d38", "2b06010505070106"];
// What a signer's certificate may be for, where it says so: as tte/validation/crypto.py has it.
const SIGNING = ["551d2500", "2b06010505070302", "2b06010505070304", "2b06010505070324", "2a864886f72f010105", "2b0601040182370a030c"];
const LONGEST = 8;

export function certificateOf(value) {
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

// The chain from the signer to one of `anchors` (DER), at a time: its certificates, signer first. Every certificate that
// came with the signature must be in it, so that no byte of the file is left unlooked at.
export async function chainOf(cms, signer, anchors, times) {
  const believed = anchors.map((one) => unlessOdd("chain", () => certificateOf(only(one, SEQUENCE))));
  const path = [signer];
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
