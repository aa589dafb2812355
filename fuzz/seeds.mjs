// Seeds for `decode` and `detect`: the bodies of tests/corpus, as they are and in each content coding. For `answer`: the configurations
// of the documents and of the cases.
//
//     node fuzz/seeds.mjs
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as zlib from "node:zlib";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const bodies = join(here, "../tests/corpus/bodies");
const MOST = 8192; // a fuzzer learns more from many short inputs

// In the order of the target's list; zstd where this Node has it.
const codings = [zlib.gzipSync, zlib.deflateSync, zlib.brotliCompressSync, zlib.zstdCompressSync].filter((encode) => encode);

let count = 0;
let number = 0;
for (const target of ["decode", "detect"]) mkdirSync(join(here, "corpus", target), { recursive: true });
for (const stack of readdirSync(bodies)) {
  for (const { file } of JSON.parse(readFileSync(join(bodies, stack, "index.json"), "utf8"))) {
    const body = readFileSync(join(bodies, stack, file)).subarray(0, MOST);
    const write = (target, name, first, bytes) => {
      const head = Buffer.from([first, count++ % 251]);
      writeFileSync(join(here, "corpus", target, `${stack}-${file}-${name}`), Buffer.concat([head, bytes]));
    };
    write("detect", "body", number % 4, body);
    codings.forEach((encode, index) => index === number % codings.length && write("decode", "coded", index, encode(body)));
    number += 1;
  }
}

mkdirSync(join(here, "corpus", "answer"), { recursive: true });
const blocks = ["../README.md", "../docs/answers.md"].flatMap((file) => readFileSync(join(here, file), "utf8").match(/(?<=^```json\n)[^]*?(?=^```)/gm));
const cases = join(here, "../tests/cases");
const files = readdirSync(cases).map((file) => JSON.parse(readFileSync(join(cases, file), "utf8")).config ?? {});
for (const [index, config] of [...blocks, ...files.map((config) => JSON.stringify(config))].entries()) {
  for (const accept of ["text/html", "application/json", "application/problem+xml", "text/plain"]) {
    writeFileSync(join(here, "corpus", "answer", `${index}-${accept.replace("/", "-")}`), `${config}\0${accept}\nde, ar;q=0.9\nshop.example\ncart?a=1`);
    count += 1;
  }
}
console.log(`${count} seeds in fuzz/corpus`);
