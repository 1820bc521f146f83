package io.memflow.formats.dwarf;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Abbreviations of units, kept for those whose types were asked for. Thread-safe. */
final class AbbreviationTables {
    private final MemorySegment section;
    private final Map<Long, Abbreviations> kept = new ConcurrentHashMap<>();

    AbbreviationTables(MemorySegment section) {
        this.section = section;
    }

    /** Parses them anew. */
    Abbreviations parse(Unit unit) {
        return Abbreviations.parse(section, unit.abbreviations());
    }

    Abbreviations of(Unit unit) {
        return kept.computeIfAbsent(unit.abbreviations(), offset -> Abbreviations.parse(section, offset));
    }
}
