import assert from "node:assert/strict";
import { progressLine } from "./progress_line.ts";

Deno.test("progressLine() tells size, share, rate and the time left, as far as they are known", () => {
  const mib = 2 ** 20;
  const line = { name: "x.tar.gz", bytes: 100 * mib, total: 400 * mib, bytesPerSecond: 10 * mib };
  assert.equal(progressLine(line), "x.tar.gz 100 MiB of 400 MiB (25 %), 10.0 MiB/s, 30 s left");
  assert.equal(progressLine({ ...line, total: null }), "x.tar.gz 100 MiB, 10.0 MiB/s");
  assert.equal(progressLine({ ...line, bytesPerSecond: 0 }), "x.tar.gz 100 MiB of 400 MiB (25 %)");
  // Not whole is not 100 %.
  assert.match(progressLine({ ...line, bytes: 400 * mib - 1 }), /\(99 %\)/);
});
