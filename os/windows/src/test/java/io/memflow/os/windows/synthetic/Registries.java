package io.memflow.os.windows.synthetic;

import java.util.List;

/**
 * What all processes of a synthetic machine take their parts from. Confined.
 *
 * @param sessions its sessions
 * @param threads ids and stacks
 * @param named objects that handles share
 * @param sections mapped files
 * @param handles handle tables
 * @param fileFrames physical addresses of the pages of the one file that all processes map as such
 */
record Registries(
        Sessions sessions,
        ThreadPlaces threads,
        NamedObjects named,
        MappedSections sections,
        HandleTables handles,
        List<Long> fileFrames) {
    Registries {
        fileFrames = List.copyOf(fileFrames);
    }
}
