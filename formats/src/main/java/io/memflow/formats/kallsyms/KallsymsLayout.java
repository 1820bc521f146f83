package io.memflow.formats.kallsyms;

import java.util.List;
import java.util.OptionalLong;

/**
 * Which of the kernel's layouts a symbol table turned out to have, and why it is believed.
 *
 * @param order the order of the parts
 * @param encoding how addresses are stored
 * @param markerBytes width of one name marker in bytes: 8 up to 4.19 on 64-bit kernels, otherwise 4
 * @param relativeBase virtual address that relative addresses count from
 * @param namesAddress virtual address of the first name
 * @param addressesAddress virtual address of the first stored address
 * @param tokenTableAddress virtual address of the token table
 * @param evidence the checks that the table passed, each in a few words for a human reader
 */
public record KallsymsLayout(
        TableOrder order,
        AddressEncoding encoding,
        int markerBytes,
        OptionalLong relativeBase,
        long namesAddress,
        long addressesAddress,
        long tokenTableAddress,
        List<String> evidence) {
    /** Keeps its own copy of the evidence. */
    public KallsymsLayout {
        evidence = List.copyOf(evidence);
    }
}
