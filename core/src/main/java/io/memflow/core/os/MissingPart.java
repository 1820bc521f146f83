package io.memflow.core.os;

/**
 * Something that could not be read.
 *
 * @param what the field, structure or list, in the target's own names
 * @param why the cause, a sentence fragment
 */
public record MissingPart(String what, String why) {
    /** Takes a whole sentence as well: the full stop at its end is dropped. */
    public MissingPart {
        why = why.endsWith(".") ? why.substring(0, why.length() - 1) : why;
    }
}
