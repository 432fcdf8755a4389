import assert from "node:assert/strict";
import { UsageError } from "../harness/errors.ts";
import { parseKernelOptions } from "./options.ts";

Deno.test("parseKernelOptions() has defaults and takes every option", () => {
  assert.deepEqual(parseKernelOptions([]), {
    only: "",
    candidates: false,
    samples: 10,
    gpu: "deno",
    out: null,
    json: false,
  });
  const args = ["--only", "scan", "--candidates", "--samples=3", "--gpu", "dawn", "--out", "x", "--json"];
  assert.deepEqual(parseKernelOptions(args), {
    only: "scan",
    candidates: true,
    samples: 3,
    gpu: "dawn",
    out: "x",
    json: true,
  });
  assert.equal(parseKernelOptions(["--samples", "x", "--help"]), null);
});

Deno.test("parseKernelOptions() refuses values that make no sense", () => {
  for (const samples of ["0", "-1", "1.5", "", "many"]) {
    assert.throws(() => parseKernelOptions([`--samples=${samples}`]), UsageError);
  }
  assert.throws(() => parseKernelOptions(["--gpu=cuda"]), /--gpu: "cuda" is not known; choose from deno, dawn/);
  assert.throws(() => parseKernelOptions(["--out="]), UsageError);
});
