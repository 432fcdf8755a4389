/**
 * Stands in for a recogniser in command_test.ts: `recogniser.ts HOW WAV [OUT]` reads the WAV file and behaves as HOW says.
 */
const [how, wav, out] = Deno.args;
const bytes = await Deno.readFile(wav);
const view = new DataView(bytes.buffer);
const text = () => ` heard ${(bytes.length - 44) / 2} samples,\n\n peak ${view.getInt16(44, true)}\tär \n`;
switch (how) {
  case "print":
    console.log(text());
    break;
  case "out":
    await Deno.writeTextFile(out, text());
    console.log("progress: 100 %");
    break;
  case "where":
    console.log(wav);
    break;
  case "nothing":
    break;
  case "fail":
    console.error("loading\nno such model: tiny\n");
    Deno.exit(3);
    break;
  case "binary":
    await Deno.stdout.write(Uint8Array.of(0xff, 0xfe, 0x41));
    break;
  case "flood":
    for (let i = 0; i < 10_000; i++) await Deno.stdout.write(new Uint8Array(2 ** 20).fill(0x61));
    break;
  case "hang":
    console.error("thinking");
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    break;
  case "leave": {
    // Ends at once, but what it has started keeps its output open.
    const args = ["run", "--allow-read", import.meta.filename!, "hang", wav];
    new Deno.Command("deno", { args, stdin: "null", stdout: "inherit", stderr: "null" }).spawn().unref();
    console.log("done");
    Deno.exit();
  }
}
