package io.memflow.os.windows.offset;

/**
 * One statement on where a member lies.
 *
 * @param structure such as {@code _EPROCESS}
 * @param member such as {@code UniqueProcessId}
 * @param offset in bytes
 * @param how what it follows from, as a sentence fragment
 */
public record Vote(String structure, String member, int offset, Voter voter, String how) {
    String path() {
        return structure + "." + member;
    }
}
