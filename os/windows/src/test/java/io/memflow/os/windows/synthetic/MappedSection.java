package io.memflow.os.windows.synthetic;

/**
 * A file that regions of processes map. Addresses are virtual.
 *
 * @param file its {@code FILE_OBJECT}
 * @param controlArea its {@code CONTROL_AREA}
 * @param segment its {@code SEGMENT}
 * @param subsection the {@code SUBSECTION} that regions refer to
 * @param prototypes the first entry of its page table
 * @param contiguous entries that lie there
 * @param further where those of the second part lie; 0 when there is none
 * @param pages it has
 */
record MappedSection(
        long file,
        long controlArea,
        long segment,
        long subsection,
        long prototypes,
        int contiguous,
        long further,
        int pages) {}
