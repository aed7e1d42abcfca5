// A worker of its own, beside /periksa: looks for QR codes in pixels with ZXing (zxing-LICENSES.txt). It alone may run WebAssembly.
"use strict";
const at = (name) => `/static/${self.name}/${name}`;
importScripts(at("zxing-reader.js"));
ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => at("zxing-reader.wasm") } });
const HOW = { formats: ["QRCode"], maxNumberOfSymbols: 8, textMode: "Plain" };

onmessage = async ({ data: { ticket, pixels } }) => {
  const found = await ZXingWASM.readBarcodes(pixels, HOW).catch(() => null);
  postMessage({ ticket, texts: found && found.filter((code) => code.isValid).map((code) => code.text) });
};
