// Signs files as it is told on standard input ("unsigned:signed" on a line) and answers "done" or what went wrong.
// Arguments: way (signpdf or documenso), folder of packages, PKCS#12 file, its passphrase, certificate, key.

const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");

const [way, modules, p12, passphrase, certificate, key] = process.argv.slice(2);
const load = (name) => require(path.join(modules, name));

function withRoom(pdfBuffer) {
  const { plainAddPlaceholder } = load("@signpdf/placeholder-plain");
  const { SUBFILTER_ETSI_CADES_DETACHED } = load("@signpdf/utils");
  const who = { reason: "", contactInfo: "", name: "", location: "" };
  return plainAddPlaceholder({ pdfBuffer, ...who, subFilter: SUBFILTER_ETSI_CADES_DETACHED });
}

function signpdf() {
  const { SignPdf } = load("@signpdf/signpdf");
  const { P12Signer } = load("@signpdf/signer-p12");
  const signer = () => new P12Signer(fs.readFileSync(p12), { passphrase }); // one signs only once
  return (unsigned) => new SignPdf().sign(withRoom(unsigned), signer());
}

function documenso() {
  const { SignPdf } = load("@signpdf/signpdf");
  const { Signer } = load("@signpdf/utils");
  const { signWithPrivateKey } = load("@documenso/pdf-sign");
  const identity = { cert: fs.readFileSync(certificate), privateKey: fs.readFileSync(key) };
  class Native extends Signer {
    async sign(content) {
      return signWithPrivateKey({ content, ...identity });
    }
  }
  const signer = new Native();
  return (unsigned) => new SignPdf().sign(withRoom(unsigned), signer);
}

const sign = { signpdf, documenso }[way]();

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  const [unsigned, signed] = line.split(":");
  try {
    fs.writeFileSync(signed, await sign(fs.readFileSync(unsigned)));
    console.log("done");
  } catch (why) {
    console.log(String(why).replaceAll("\n", " "));
  }
});
