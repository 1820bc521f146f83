package io.memflow.os.windows.process;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.os.ProcessDetails.Privilege;
import io.memflow.core.os.ProcessDetails.Token;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who processes act as ({@code TOKEN}). Members by their names in public symbols of ntoskrnl. Thread-safe. */
final class Tokens {
    /** {@code SID_MAX_SUB_AUTHORITIES}, winnt.h. */
    private static final int MOST_SUB_AUTHORITIES = 15;

    private static final int SUB_AUTHORITY_COUNT = 1;
    private static final int AUTHORITY = 2;
    private static final int AUTHORITY_BYTES = 6;
    private static final int SUB_AUTHORITIES = 8;
    /** {@code SEP_TOKEN_PRIVILEGES.Enabled}; {@code Present} comes first. */
    private static final int ENABLED = 8;
    /** {@code LUID_AND_ATTRIBUTES}: a number of 64 bits, and attributes. */
    private static final int PRIVILEGE_BYTES = 12;

    private static final int PRIVILEGE_ATTRIBUTES = 8;
    /** {@code SE_PRIVILEGE_ENABLED}, winnt.h. */
    private static final int ATTRIBUTE_ENABLED = 2;
    /** Until 2003 the number of privileges lies two words of 32 bits behind that of users and groups. */
    private static final int PRIVILEGE_COUNT = 8;

    private final MemoryView memory;
    private final WindowsVersion version;
    private final long references;
    private final KernelField token;
    private final KernelField users;
    private final KernelField userCount;
    private final KernelField privileges;
    private final Optional<KernelField> session;

    Tokens(WindowsKernel kernel) {
        memory = kernel.memory();
        version = kernel.version();
        // EX_FAST_REF counts references in the low bits of a pointer.
        references = kernel.pointerBytes() == Long.BYTES ? 0xF : 0x7;
        token = kernel.field("_EPROCESS", "Token");
        users = kernel.field("_TOKEN", "UserAndGroups");
        userCount = kernel.field("_TOKEN", "UserAndGroupCount");
        privileges = kernel.field("_TOKEN", "Privileges");
        session = kernel.optionalField("_TOKEN", "SessionId");
    }

    @Nullable
    Token read(long process, FieldReader fields) {
        long address = fields.readOr("Token", 0L, () -> address(process));
        if (address == 0) {
            return null;
        }
        return new Token(
                fields.read("UserAndGroups", () -> user(address)),
                fields.readOr("Privileges", List.of(), () -> privileges(address)));
    }

    /** The session a token is of; null when it has none. */
    @Nullable
    Long session(long process) {
        long address = address(process);
        return address == 0 || session.isEmpty() ? null : session.get().unsigned(address);
    }

    private long address(long process) {
        return token.pointer(process) & ~references;
    }

    /** The first of users and groups is the user. */
    private @Nullable String user(long address) {
        return userCount.unsigned(address) == 0 ? null : sid(memory.followPointer(users.pointer(address)));
    }

    /** A security identifier as text ([MS-DTYP] 2.4.2.1). */
    private String sid(long address) {
        int revision = (int) memory.readUnsigned(address, Byte.BYTES);
        int count = (int) memory.readUnsigned(address + SUB_AUTHORITY_COUNT, Byte.BYTES);
        if (revision != 1 || count > MOST_SUB_AUTHORITIES) {
            throw new MalformedDataException(
                    "SID", address, "it is of revision %d with %d parts".formatted(revision, count));
        }
        long authority = 0;
        for (byte part : memory.readBytes(address + AUTHORITY, AUTHORITY_BYTES)) {
            authority = authority << Byte.SIZE | Byte.toUnsignedLong(part);
        }
        StringBuilder text = new StringBuilder("S-1-").append(authority);
        int[] parts = new int[count];
        memory.readInts(address + SUB_AUTHORITIES, parts);
        for (int part : parts) {
            text.append('-').append(Integer.toUnsignedString(part));
        }
        return text.toString();
    }

    private List<Privilege> privileges(long address) {
        if (version.isAtLeast(WindowsVersion.VISTA)) {
            long sets = privileges.at(address);
            return Privileges.of(memory.readLong(sets), memory.readLong(sets + ENABLED));
        }
        long count = memory.readUnsigned(userCount.at(address) + PRIVILEGE_COUNT, Integer.BYTES);
        long list = privileges.pointer(address);
        long present = 0;
        long enabled = 0;
        for (int i = 0; i < Math.min(count, Long.SIZE) && list != 0; i++) {
            long at = list + (long) i * PRIVILEGE_BYTES;
            long number = memory.readLong(at);
            long bit = number >= 0 && number < Long.SIZE ? 1L << number : 0;
            present |= bit;
            enabled |= (memory.readInt(at + PRIVILEGE_ATTRIBUTES) & ATTRIBUTE_ENABLED) != 0 ? bit : 0;
        }
        return Privileges.of(present, enabled);
    }
}
