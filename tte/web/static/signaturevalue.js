// Whether a value is a signature by a key: RSA and ECDSA by WebCrypto, and which object identifier means what.
import { BITS, INTEGER, NotDer, OID, SEQUENCE, hex, inner, items, only, shape, unsigned } from "./der.js";
import { Unclear } from "./pdfsyntax.js";

const HASHES = { "608648016503040201": "SHA-256", "608648016503040202": "SHA-384", "608648016503040203": "SHA-512" };
const RSA_KEY = "2a864886f70d010101", PSS = "2a864886f70d01010a", MGF1 = "2a864886f70d010108", EC_KEY = "2a8648ce3d0201";
export const RSA_WITH = { "2a864886f70d01010b": "SHA-256", "2a864886f70d01010c": "SHA-384", "2a864886f70d01010d": "SHA-512" };
export const ECDSA_WITH = { "2a8648ce3d040302": "SHA-256", "2a8648ce3d040303": "SHA-384", "2a8648ce3d040304": "SHA-512" };
const CURVES = { "2a8648ce3d030107": ["P-256", 32], "2b81040022": ["P-384", 48] };

export const nothing = (why) => {
  throw new Unclear(why);
};

export function unlessOdd(why, reading) {
  try {
    return reading();
  } catch (odd) {
    if (odd instanceof NotDer || odd instanceof TypeError) nothing(why);
    throw odd;
  }
}

export function algorithmOf(value) {
  const [name, ...parameters] = items(value);
  if (name?.tag !== OID || parameters.length > 1) nothing("algorithm");
  return { name: hex(name.contents), parameters: parameters[0], bare: !parameters.length || hex(parameters[0].whole) === "0500" };
}

export function hashOf(value) {
  const { name, bare } = algorithmOf(value);
  return (bare && HASHES[name]) || nothing("algorithm");
}

export const digestOf = async (hash, bytes) => new Uint8Array(await crypto.subtle.digest(hash, bytes));

// `hash` is that of the CMS; a signature algorithm that names another one is not judged.
export async function verifies(key, how, hash, value, signed) {
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
