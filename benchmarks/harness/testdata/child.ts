/** Ends as its one argument says; for the tests of child.ts. */
switch (Deno.args[0]) {
  case "lines":
    await Deno.stdout.write(new TextEncoder().encode("one\ntw"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Deno.stdout.write(new TextEncoder().encode("o\r\n\nlast, ünended"));
    break;
  case "throw":
    throw new TypeError("a fault");
  case "kill":
    Deno.kill(Deno.pid, "SIGKILL");
    break;
  case "hang":
    console.log("hanging");
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    break;
  case "chatter":
    for (let i = 0; i < 1000; i++) console.error(`line ${i}`);
    Deno.exit(7);
}
