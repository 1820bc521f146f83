package io.memflow.cli.arguments;

/** A command line that cannot be carried out as written. The message says what was expected. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
