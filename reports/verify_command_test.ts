import assert from "node:assert/strict";
import { join } from "node:path";
import { exampleKernels } from "./example_kernels.ts";
import { exampleTraining } from "./example_training.ts";
import { writeKernels } from "./kernels_write.ts";
import { captured, inTemporaryFolder } from "./testdata/commands.ts";
import { writeTrainingJson, writeTrainingRenderings } from "./training_write.ts";
import { run } from "./verify_command.ts";

/** Replaces text in a file. */
async function change(path: string, from: string | RegExp, to: string): Promise<void> {
  const text = await Deno.readTextFile(path);
  assert.notEqual(text, text.replace(from, to));
  await Deno.writeTextFile(path, text.replace(from, to));
}

Deno.test("verify refuses what is no report in one line that says what to do, with exit code 3", () =>
  inTemporaryFolder(async (folder) => {
    const [json] = await writeKernels(exampleKernels(), join(folder, "held"));
    const whole = await Deno.readTextFile(json);
    const cases: readonly (readonly [string, RegExp])[] = [
      [whole.slice(0, 999), /kernels\.json: not JSON \(.*\); measure again$/],
      [whole.replace(/("schema_version": )1/, "$17"), /schema_version is 7.*reads 1; .*`deno task bench:kernels`$/],
      [whole.replace('"kind": "kernels"', '"kind": "song"'), /kind is "song"; give a report whose kind is /],
      ["", /kernels\.json: empty; measure again$/],
      [whole.replace(/("samples": )\[[^\]]*\]/, "$1[]"), /rows\[0\]\.seconds\.samples: .*`deno task bench:kernels`$/],
    ];
    for (const [text, expected] of cases) {
      await Deno.writeTextFile(json, text);
      const { code, out, err } = await captured(() => run([json]));
      assert.deepEqual([code, out], [3, ""]);
      assert.match(err, expected);
      assert.doesNotMatch(err, /\n/);
    }
    for (const path of [folder, join(folder, "none.json")]) {
      const { code, out, err } = await captured(() => run([path]));
      assert.deepEqual([code, out], [3, ""]);
      assert.match(err, /^[^\n]*: no such file; give a report\.json or kernels\.json, or the folder that holds one$/);
    }
  }));

Deno.test("verify names a number that nothing recomputes, and says that digests prove nothing", () =>
  inTemporaryFolder(async (folder) => {
    const [json] = await writeKernels(exampleKernels(), folder);
    const honest = await captured(() => run([folder]));
    assert.equal(honest.code, 0);
    assert.match(honest.out, /^unverifiable: times, which were measured once$/m);
    assert.match(honest.out, /^unverifiable: that the digest was taken when /m);
    assert.doesNotMatch(honest.out, /small changes/);
    await change(json, /("buffer_copy_rate": )840000000000/, "$1840000000001");
    const { code, out } = await captured(() => run([folder]));
    assert.equal(code, 1);
    assert.match(
      out,
      /^buffer_copy_rate: states 840000000001, recomputed otherwise when the report was written, by digest/,
    );
  }));

Deno.test("verify lists the numbers in which a report without a digest can be changed unseen", () =>
  inTemporaryFolder(async (folder) => {
    const { digest: _, ...report } = exampleKernels();
    await Deno.writeTextFile(join(folder, "kernels.json"), JSON.stringify(report));
    const { code, out } = await captured(() => run([folder]));
    assert.equal(code, 0);
    assert.match(out, /^unverifiable: small changes, as the report has no digest, of .*buffer_copy_rate/m);
    const json = JSON.parse((await captured(() => run([folder, "--json"]))).out);
    assert.ok(json.unverifiable_fields.includes("rows[].seconds.samples[]"));
  }));

Deno.test("verify draws again, and names the place of a coordinate that is another", () =>
  inTemporaryFolder(async (folder) => {
    const report = exampleTraining();
    await writeTrainingJson(report, folder);
    await writeTrainingRenderings(report, folder);
    assert.match((await captured(() => run([folder]))).out, /report\.md\); drawn again: time\.svg, memory\.svg$/m);
    await Deno.remove(join(folder, "memory.svg"));
    await change(join(folder, "time.svg"), /(translate\(\d+\.\d)\d/, "$1x");
    const { code, out } = await captured(() => run([folder]));
    assert.equal(code, 1);
    assert.match(out, /^time\.svg line 1 column \d+: states …/);
    assert.match(out, /^unverifiable: memory\.svg, which is not beside it$/m);
    // Where figures differ, no drawing can be judged by them.
    await change(join(folder, "report.json"), /("audio_per_second": )\d+/, "$17");
    assert.match(
      (await captured(() => run([folder]))).out,
      /^unverifiable: time\.svg, memory\.svg: not compared, since/m,
    );
  }));
