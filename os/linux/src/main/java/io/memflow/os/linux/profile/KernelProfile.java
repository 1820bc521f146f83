package io.memflow.os.linux.profile;

import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import java.util.Optional;

/**
 * What one file says of one kernel, not yet compared with any memory. Immutable.
 *
 * @param origin format and file, as rows and steps name it: {@code System.map FILE}
 * @param symbols by the addresses the kernel was linked to; empty for a module, whose own table tells where it was loaded
 * @param types its structures; empty when the format has none
 * @param banner {@code linux_banner} of the kernel it was made from, when the file holds it
 * @param buildId GNU build id in hexadecimal, when the file holds it
 * @param release {@code uname -r} of the kernel that a module was built for; empty for a kernel
 */
public record KernelProfile(
        String origin,
        SymbolTable symbols,
        Optional<TypeTable> types,
        Optional<String> banner,
        Optional<String> buildId,
        Optional<String> release) {}
