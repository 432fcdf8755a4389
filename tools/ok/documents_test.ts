import assert from "node:assert/strict";
import { COMMANDS } from "../../cli.ts";
import { ROOT } from "./sources.ts";

const configuration = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`)) as { tasks: Record<string, string> };

for (const document of ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"]) {
  Deno.test(`${document} names only tasks that there are`, async () => {
    const text = await Deno.readTextFile(`${ROOT}/${document}`);
    const named = [...text.matchAll(/\b(?:deno|denow) task ([a-z][\w:-]*)/g)].map(([, task]) => task);
    assert.ok(named.length > 0, "it names none");
    assert.deepEqual(named.filter((task) => !Object.hasOwn(configuration.tasks, task)), []);
  });

  Deno.test(`${document} names only files and folders that there are`, async () => {
    const text = await Deno.readTextFile(`${ROOT}/${document}`);
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path]) => path);
    const paths = [...text.matchAll(/`((?:kernels|model|datasets|benchmarks|reports|tools)\/[\w./-]+)`/g)]
      .map(([, path]) => path);
    for (const path of [...links, ...paths]) {
      await assert.doesNotReject(Deno.stat(`${ROOT}/${path}`), `${document} names ${path}`);
    }
  });
}

Deno.test("every command is a task of the same name, with narrower permissions than all", () => {
  for (const name of Object.keys(COMMANDS)) {
    assert.match(configuration.tasks[name] ?? "", new RegExp(`cli\\.ts ${name}$`), name);
  }
  for (const [name, task] of Object.entries(configuration.tasks)) assert.doesNotMatch(task, /-A\b|--allow-all/, name);
});
