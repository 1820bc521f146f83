package io.memflow.connector.qemu.socket;

/**
 * Who is at the other end, in the words of messages. Immutable.
 *
 * @param name such as {@code QEMU's monitor}
 * @param remedyWhenAbsent what to do when nobody listens
 * @param remedyWhenSilent what to do when it does not answer
 */
public record Peer(String name, String remedyWhenAbsent, String remedyWhenSilent) {}
