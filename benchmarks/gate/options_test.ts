import assert from "node:assert/strict";
import { parseGateOptions } from "./options.ts";

Deno.test("parseGateOptions() runs the exact lane without options, and the timing lane too with --against", () => {
  const alone = parseGateOptions([])!;
  assert.deepEqual([alone.exact, alone.against, alone.stored, alone.accept], [true, null, null, false]);
  const both = parseGateOptions([
    "--against",
    "main",
    "--effect",
    "10",
    "--only",
    "norm",
    "--plant",
    "layer_norm=10%",
  ])!;
  assert.deepEqual([both.exact, both.against, both.effect], [true, "main", 0.1]);
  assert.deepEqual(both.names, ["layer_norm"]);
  assert.deepEqual(both.plant, { match: "layer_norm", share: 0.1 });
  assert.equal(parseGateOptions(["--against", "main", "--no-exact"])!.exact, false);
  assert.equal(parseGateOptions(["--help"]), null);
});

Deno.test("parseGateOptions() compares stored reports with --baseline and --candidate", () => {
  const options = parseGateOptions(["--baseline", "a.json", "--candidate", "b.json", "--allow-different"])!;
  assert.deepEqual(options.stored, { baseline: "a.json", candidate: "b.json" });
  assert.deepEqual([options.exact, options.candidate, options.allowDifferent], [false, null, true]);
  assert.equal(parseGateOptions(["--candidate", "dir"])!.candidate, "dir");
});

Deno.test("parseGateOptions() refuses in a line what makes no sense", () => {
  const refused: [string[], RegExp][] = [
    [["--baseline", "a"], /--baseline: compares two stored reports; name the other one by --candidate/],
    [["--baseline", "a", "--candidate", "b", "--against", "main"], /--against is not for/],
    [["--baseline", "a", "--candidate", "b", "--accept"], /--accept is not for/],
    [["--accept", "--against", "main"], /run it without --against/],
    [["--no-exact"], /nothing to do without --against/],
    [["--only", "nothing"], /no benchmark's name contains "nothing"; choose from matmul/],
    [["--plant", "matmul"], /not of the form NAME=P%/],
    [["--plant", "matmul=0%"], /not of the form NAME=P%/],
    [["--plant", "scones=10%"], /no benchmark's name contains "scones"/],
    [["--pairs", "7"], /no whole number from 8 to 200/],
    [["--effect", "-5"], /no number above 0/],
    [["--against", ""], /no git ref or folder given/],
    [["--gpu", "vulkan"], /choose from deno, dawn/],
    [["--nonsense"], /see --help/],
  ];
  for (const [args, expected] of refused) {
    assert.throws(() => parseGateOptions(args), (error: Error) => {
      assert.equal(error.name, "UsageError", args.join(" "));
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  }
});
