package io.memflow.connector.qemu.keeper;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What a keeper and its owner tell each other: lines of a word and a text, the text as hexadecimal digits so that it may hold
 * anything. Immutable.
 *
 * @param word what it is about
 * @param text may be empty
 */
public record KeeperLine(String word, String text) {
    private static final String FAILED = "failed";

    /** A line without a text. */
    public KeeperLine(String word) {
        this(word, "");
    }

    /** Tells the owner why something could not be done. */
    public static KeeperLine failure(MemflowException why) {
        return new KeeperLine(FAILED, why.kind().name() + " " + why.getMessage());
    }

    /**
     * Reads a line.
     *
     * @throws MemflowException when it is none, or tells of a failure
     */
    public static KeeperLine parse(String line) {
        int space = line.indexOf(' ');
        String word = space < 0 ? line : line.substring(0, space);
        String text;
        try {
            text = space < 0
                    ? ""
                    : new String(HexFormat.of().parseHex(line, space + 1, line.length()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notOurs) {
            throw KeeperProcess.broken("it said \"%s\"".formatted(line), notOurs);
        }
        if (!word.equals(FAILED)) {
            return new KeeperLine(word, text);
        }
        int kindEnd = text.indexOf(' ');
        throw new MemflowException(
                ErrorOrigin.CONNECTOR, ErrorKind.valueOf(text.substring(0, kindEnd)), text.substring(kindEnd + 1));
    }

    /** The line as it is sent, without its end. */
    public String written() {
        return text.isEmpty() ? word : word + " " + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
