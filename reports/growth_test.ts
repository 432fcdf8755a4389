import assert from "node:assert/strict";
import { buildReport } from "./derive.ts";
import { exampleReport } from "./example_report.ts";
import { growthSentence, type Series, seriesIn, verdict } from "./growth.ts";

const series = (engine: string, batch = 1): Series => ({ engine, preset: "base", batch });

Deno.test("verdict() says what the interval allows, favourable or not", () => {
  const said = (lower: number, upper: number, method: "student-t" | "none" = "student-t"): string =>
    verdict({ lower, upper, method });
  assert.equal(said(0.97, 1.03), "consistent with linear");
  assert.equal(said(1.02, 1.2), "above linear");
  assert.equal(said(1.8, 2.1), "above linear, consistent with quadratic");
  assert.equal(said(2.1, 2.3), "above quadratic");
  assert.equal(said(0.6, 0.9), "below linear");
  assert.equal(said(0, 0), "no measurable growth");
  assert.equal(said(-0.1, 0.3), "no measurable growth");
  assert.equal(said(-0.9, -0.2), "shrinking");
  assert.equal(said(-2, 4), "too uncertain to tell");
  assert.equal(said(0.8, 2.4), "too uncertain to tell");
  assert.equal(said(1, 1, "none"), "too few figures to tell");
});

Deno.test("verdict() goes by the interval as it is shown", () => {
  const said = (lower: number, upper: number): string => verdict({ lower, upper, method: "student-t" });
  // Shown as [1.00, 1.43] and as [1.000, 1.000]: a reader sees linear growth in both.
  assert.equal(said(1.004, 1.43), "consistent with linear");
  assert.equal(said(1 + 1e-9, 1 + 2e-9), "consistent with linear");
  assert.equal(said(1.002, 1.004), "above linear");
});

Deno.test("seriesIn() lists every engine of every batch once, measured or not", () => {
  const all = seriesIn(exampleReport([4, 1]));
  assert.deepEqual(all.map(({ engine, batch }) => `${engine} ${batch}`), [
    "samba 1",
    "samba-streaming 1",
    "transformer-naive 1",
    "transformer-flash 1",
    "samba 4",
    "samba-streaming 4",
    "transformer-naive 4",
    "transformer-flash 4",
  ]);
});

Deno.test("growthSentence() has four exponents with their verdicts", () => {
  assert.match(
    growthSentence(exampleReport(), series("samba")),
    new RegExp(
      String.raw`^\*\*samba\*\*: time end to end \*\*1\.00 \[.*\]\*\*, consistent with linear; ` +
        String.raw`encoder by the GPU's clock \*\*1\.00 \[.*\]\*\*, consistent with linear; ` +
        String.raw`peak memory \*\*0\.9\d \[.*\]\*\*, below linear; ` +
        String.raw`memory without the weights \*\*\d\.\d+ \[.*\]\*\*, [a-z ]+\.$`,
    ),
  );
});

Deno.test("growthSentence() says where there is no measurement and what two lengths cannot show", () => {
  const naive = growthSentence(exampleReport(), series("transformer-naive"));
  assert.match(naive, /\*\*\d\.\d\d \(no interval\)\*\*, too few figures to tell \(two lengths show no bend\)\./);
  assert.match(naive, / No measurement at 20 min \(over-budget\), 30 min \(out-of-memory\)\.$/);
});

Deno.test("growthSentence() has no exponent from one length or none", () => {
  const { environment, rows } = exampleReport();
  const one = buildReport(
    environment,
    rows.filter(({ engine, minutes }) => engine !== "samba" || minutes === 5),
    25,
    false,
  );
  assert.equal(
    growthSentence(one, series("samba")),
    "**samba**: measured at 5 min only, which gives no exponent.",
  );
  const none = buildReport(environment, rows.filter(({ status }) => status !== "ok"), 25, false);
  assert.match(
    growthSentence(none, series("transformer-naive")),
    /^\*\*transformer-naive\*\*: nothing was measured\. No /,
  );
});

Deno.test("growthSentence() leaves the encoder out where it has no timestamps", () => {
  const { environment, rows } = exampleReport();
  const bare = rows.map((row) => row.status === "ok" ? { ...row, encoder_seconds: null, stages: [] } : row);
  const sentence = growthSentence(buildReport(environment, bare, 25, false), series("samba"));
  assert.match(sentence, /time end to end .*peak memory/);
  assert.doesNotMatch(sentence, /encoder/);
});
