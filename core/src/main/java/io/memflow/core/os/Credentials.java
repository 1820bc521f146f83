package io.memflow.core.os;

/**
 * Who a process acts as. Ids are those of the machine's initial user namespace, unsigned 32-bit.
 *
 * @param uid real user id
 * @param gid real group id
 * @param effectiveUid effective user id
 * @param effectiveGid effective group id
 */
public record Credentials(long uid, long gid, long effectiveUid, long effectiveGid) {}
