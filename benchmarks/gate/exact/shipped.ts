/** File names of the models that the version at `root` ships, in order; none where it ships none. */
export async function shippedModels(root: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(`${root}/models`)) if (name.endsWith(".safetensors")) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}
