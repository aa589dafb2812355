#!/bin/sh
# Makes the coded bodies beside it with the usual tools: zstd, node (brotli, raw deflate) and python3 (zlib, gzip).
# The tests say what each must decode to. Run it in this folder; `text` and `lines` as in ../tests.rs.
set -eu

python3 - <<'END'
import gzip, zlib
text = b'Traceback (most recent call last):\n  File "/srv/app.py", line 7, in <module>\nValueError: \x1f\x8b ouch\n'
open("text", "wb").write(text)
open("lines", "wb").write(b"".join(b"line %d of the log: %d items, %d left\n" % (i, i * i % 97, i % 13) for i in range(8000)))
open("text.gz", "wb").write(gzip.compress(text, 9, mtime=0))
open("text.zlib", "wb").write(zlib.compress(text, 9))
small = zlib.compressobj(9, zlib.DEFLATED, 9)
open("text.window512.zlib", "wb").write(small.compress(text) + small.flush())
END

node - <<'END'
const { readFileSync, writeFileSync } = require("node:fs");
const zlib = require("node:zlib");
const c = zlib.constants;
const br = (data, quality, window, large = 0) => zlib.brotliCompressSync(data, {
  params: { [c.BROTLI_PARAM_QUALITY]: quality, [c.BROTLI_PARAM_LGWIN]: window, [c.BROTLI_PARAM_LARGE_WINDOW]: large },
});
const text = readFileSync("text"), lines = readFileSync("lines");
writeFileSync("text.deflate", zlib.deflateRawSync(text));
writeFileSync("text.br", br(text, 11, 22));
writeFileSync("text.q1.br", br(text, 1, 10));
writeFileSync("text.window24.br", br(text, 9, 24));
writeFileSync("text.large_window.br", br(text, 11, 28, 1));
writeFileSync("empty.br", br(Buffer.alloc(0), 11, 22));
writeFileSync("lines.br", br(lines, 11, 22));
writeFileSync("looks_like_gzip.br", br(lines.subarray(0, 2188), 5, 24));
writeFileSync("lines.window10.br", br(lines, 5, 10));
writeFileSync("text.gz.br", br(readFileSync("text.gz"), 5, 22));
writeFileSync("bomb.br", br(Buffer.alloc(40_000_000), 9, 24));
END

zstd -qf -19 text -o text.zst
zstd -qf -1 --no-check text -o text.no_check.zst
zstd -q -3 <text >text.no_size.zst
zstd -q -1 </dev/null >empty.zst
zstd -qf -19 lines -o lines.zst
zstd -q -1 <lines >lines.no_size.zst
zstd -q --ultra -22 --long=27 <text >text.window128m.zst
head -c 40000000 /dev/zero | zstd -q -1 >bomb.zst
zstd -qf -19 text.br -o text.br.zst
zstd -qf -19 text.zlib -o text.zlib.zst
head -c 100000 /dev/zero | zstd -q -19 -o padding.zst -f
rm lines text
