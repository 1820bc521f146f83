package io.memflow.connector.qemu.gdb;

import io.memflow.connector.qemu.layout.MtreeParser;
import io.memflow.connector.qemu.layout.RamPiece;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.RangeTable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a machine has RAM, as its monitor says through the debugger's connection. The stub gives zeros for addresses that
 * hold nothing, so nothing may be read but what is known to be there. Stateless.
 */
final class GdbLayout {
    /** QEMU's hw/core/machine-hmp-cmds.c, hmp_info_memdev. */
    private static final Pattern BACKEND = Pattern.compile("(?m)^memory backend: (.+?)\\r?$");

    private GdbLayout() {}

    /**
     * Asks for the ranges of RAM.
     *
     * @throws MemflowException when the monitor does not know any
     */
    static RangeTable ask(GdbStub stub) {
        Set<String> blocks = new HashSet<>();
        Matcher backend = BACKEND.matcher(stub.monitor("info memdev"));
        while (backend.find()) {
            blocks.add(backend.group(1));
        }
        List<RamPiece> pieces = MtreeParser.parse(stub.monitor("info mtree -f"), blocks);
        if (pieces.isEmpty()) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.NOT_FOUND,
                    "QEMU's monitor shows no RAM (looked for the blocks %s in info mtree): QEMU before 5.0 is not supported by this connector."
                            .formatted(String.join(", ", blocks)));
        }
        return new RangeTable(pieces.stream()
                .map(piece -> new RangeTable.Entry(piece.physical(), piece.length(), piece.physical()))
                .toList());
    }
}
