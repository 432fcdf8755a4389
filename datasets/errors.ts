/**
 * The data is wrong: the message is one line that names the file or value and says what to do about it.
 * The command line prints it without a stack trace and ends with exit code 3.
 */
export class InputError extends Error {
  override name = "InputError";
}
