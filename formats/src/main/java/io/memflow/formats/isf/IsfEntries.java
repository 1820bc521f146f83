package io.memflow.formats.isf;

import io.memflow.core.symbol.TypeShape;
import java.util.List;
import java.util.Map;

/**
 * What an ISF file defines. Immutable.
 *
 * @param bases {@code base_types}
 * @param structures {@code user_types}
 * @param enums {@code enums}
 */
record IsfEntries(Map<String, Base> bases, Map<String, Structure> structures, Map<String, Values> enums) {
    IsfEntries {
        bases = Map.copyOf(bases);
        structures = Map.copyOf(structures);
        enums = Map.copyOf(enums);
    }

    /** A number, a boolean or {@code void}. */
    record Base(long bytes, String kind, TypeShape.Integral.Encoding encoding) {}

    /** A struct or union; members by ascending offset. */
    record Structure(long bytes, TypeShape.Structure.Layout layout, List<Field> fields) {
        Structure {
            fields = List.copyOf(fields);
        }
    }

    /**
     * A member.
     *
     * @param name empty for an anonymous one
     * @param offset in bytes
     */
    record Field(String name, long offset, IsfType type) {}

    /** An enum. */
    record Values(long bytes, List<TypeShape.Enumerator> enumerators) {
        Values {
            enumerators = List.copyOf(enumerators);
        }
    }
}
