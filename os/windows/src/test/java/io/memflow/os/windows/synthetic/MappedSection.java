package io.memflow.os.windows.synthetic;

/**
 * A file that regions of processes map. Addresses are virtual.
 *
 * @param file its {@code FILE_OBJECT}
 * @param controlArea its {@code CONTROL_AREA}
 * @param segment its {@code SEGMENT}
 * @param subsection the only {@code SUBSECTION} that regions refer to
 * @param prototypes the first entry of its page table
 * @param pages it has
 */
record MappedSection(long file, long controlArea, long segment, long subsection, long prototypes, int pages) {}
