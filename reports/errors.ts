/** Input that a person must change: a file, an argument. Its message is one line that names the input and the remedy. */
export class InputError extends Error {
  override readonly name: string = "InputError";
}
