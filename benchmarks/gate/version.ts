/** The URL of a file of the version at `root`, an absolute folder: whatever its name holds is escaped. */
export function urlOf(root: string, path: string): string {
  return new URL(`file://${root.split("/").map(encodeURIComponent).join("/")}/${path}`).href;
}

/** A module of the version at `root`. What it lacks of what this version's has shows where it is used. */
export async function moduleOf(root: string, path: string): Promise<unknown> {
  return await import(urlOf(root, path));
}

/** What was thrown, in a line; of a module that cannot be parsed, where. */
export function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error).split("\n")[0];
  const said = (error.message || error.name).split("\n")[0];
  const isParsing = /SyntaxError|could not be parsed/.test(said) || error instanceof SyntaxError;
  const place = isParsing ? /file:\S+:\d+:\d+/.exec(`${error.message}\n${error.stack}`)?.[0] : undefined;
  return place === undefined || said.includes(place) ? said : `${said} (${place})`;
}
