package io.memflow.core.os;

/**
 * Something that could not be read.
 *
 * @param what the field, structure or list, in the target's own names
 * @param why the cause, a sentence fragment
 */
public record MissingPart(String what, String why) {}
