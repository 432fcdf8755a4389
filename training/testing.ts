/** For `assert.throws` and `assert.rejects`: the error is a ConfigError of one line, exit code 3, that fits the pattern. */
export function configError(pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof Error) || error.name !== "ConfigError") return false;
    const { message, exitCode } = error as Error & { exitCode?: number };
    if (!message.includes("\n") && exitCode === 3 && pattern.test(message)) return true;
    throw new Error(`unexpected message: ${message}`);
  };
}
