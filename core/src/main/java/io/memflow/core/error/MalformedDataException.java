package io.memflow.core.error;

/** Bytes that do not follow the format they claim. Carries where in the input the contradiction was found. */
public final class MalformedDataException extends MemflowException {
    private static final long serialVersionUID = 1L;

    private final String format;
    private final long offset;

    /**
     * @param format the format's name, for example {@code "BTF"}
     * @param offset byte offset into the input the parser was given
     * @param reason what was found and what the format asks for
     */
    public MalformedDataException(String format, long offset, String reason) {
        super(ErrorOrigin.FORMAT, ErrorKind.MALFORMED, "%s: at offset 0x%x: %s".formatted(format, offset, reason));
        this.format = format;
        this.offset = offset;
    }

    public String format() {
        return format;
    }

    /** Byte offset into the parser's input. */
    public long offset() {
        return offset;
    }
}
