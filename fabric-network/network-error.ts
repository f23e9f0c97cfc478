// An error a person at the terminal can act on: what happened, then the ways out, and the exit code of the command.
export class NetworkError extends Error {
  constructor(
    message: string,
    readonly ways: readonly string[] = [],
    readonly exitCode = 1,
  ) {
    super(message);
    this.name = 'NetworkError';
  }

  /** The message and its numbered ways out, as printed by the commands. */
  text(): string {
    return [this.message, ...this.ways.map((way, at) => `  ${String(at + 1)}. ${way}`)].join('\n');
  }
}
