// Codes in a photo and in what a camera sees: by the browser's own decoder where it has one, else by ZXing in a worker.
const ours = "BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
const detector = ours ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
const NAMES = ["zxing-reader.js", "zxing-reader.wasm"];
const WORKER = "/periksa-scanner.js";
const SIDE = 2400; // pixels: a page held before a camera needs no more
const edition = document.querySelector("[data-periksa]")?.dataset.periksa;

export const able = detector !== null || typeof WebAssembly === "object";

// What has to be kept for a browser without a decoder of its own to scan without internet.
export const needed = detector ? [] : [WORKER, ...NAMES.map((name) => `/static/${edition}/${name}`)];

let worker = null, tickets = 0;
const waiting = new Map();

function started() {
  const made = new Worker(WORKER, { name: edition });
  made.onmessage = ({ data: { ticket, texts } }) => answered(ticket, texts);
  made.onerror = () => {
    for (const ticket of waiting.keys()) answered(ticket, null);
    made.terminate();
    worker = null; // the next one asks again
  };
  return made;
}

function answered(ticket, texts) {
  waiting.get(ticket)(texts);
  waiting.delete(ticket);
}

function byZxing(pixels) {
  worker ??= started();
  return new Promise((done) => {
    waiting.set((tickets += 1), done);
    worker.postMessage({ ticket: tickets, pixels }, [pixels.data.buffer]);
  });
}

function pixelsOf(source, width, height, scale) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

// The Ministry's code may stand beside ours: ours first.
const weight = (text) => (/\/d\/[0-9a-z]{26}#/.test(text) ? 2 : text.includes("/d/") ? 1 : 0);
const best = (texts) => [...texts].sort((one, other) => weight(other) - weight(one))[0];

async function byBrowser(source) {
  return detector ? (await detector.detect(source).catch(() => [])).map((code) => code.rawValue) : [];
}

// The text of a code in a frame of a video; undefined if there is none, null if the scanner cannot be had.
export async function inFrame(video) {
  if (detector) return best(await byBrowser(video));
  const { videoWidth: width, videoHeight: height } = video;
  const texts = await byZxing(pixelsOf(video, width, height, Math.min(1, SIDE / Math.max(width, height))));
  return texts && best(texts);
}

// The same of a picture. Some are read only at another size.
export async function inPhoto(file) {
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture === null) return undefined;
  const found = best(await byBrowser(picture));
  if (found !== undefined || typeof WebAssembly !== "object") return found;
  const side = Math.max(picture.width, picture.height), fit = Math.min(1, SIDE / side);
  for (const scale of [fit, side > SIDE / 2 ? fit / 2 : 2]) {
    const texts = await byZxing(pixelsOf(picture, picture.width, picture.height, scale));
    if (texts === null || texts.length) return texts && best(texts);
  }
}
