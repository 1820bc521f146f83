package io.memflow.core.error;

import org.jspecify.annotations.Nullable;

/**
 * Root of every exception this library throws on its own account. The message is one sentence that says what was tried
 * and what was found, followed, where there is something to do, by what to do next.
 */
public class MemflowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorOrigin origin;
    private final ErrorKind kind;
    private final String message;

    public MemflowException(ErrorOrigin origin, ErrorKind kind, String message) {
        this(origin, kind, message, null);
    }

    public MemflowException(ErrorOrigin origin, ErrorKind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.origin = origin;
        this.kind = kind;
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }

    public ErrorOrigin origin() {
        return origin;
    }

    public ErrorKind kind() {
        return kind;
    }

    /**
     * The integer by which this error crosses the C ABI, in memflow 0.2's encoding: negative, origin in bits 4 to 15 and
     * kind in bits 16 to 27, each counted from one.
     */
    public int code() {
        int originBits = (origin.number() + 1 & 0xFFF) << 4;
        int kindBits = (kind.number() + 1 & 0xFFF) << 16;
        return -(1 + originBits + kindBits);
    }
}
