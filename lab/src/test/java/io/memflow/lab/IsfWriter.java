package io.memflow.lab;

import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.TypeReference;
import io.memflow.core.symbol.TypeShape;
import io.memflow.core.symbol.TypeTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes what a kernel tells of itself as an ISF file, the way dwarf2json does. Confined. */
final class IsfWriter {
    private final TypeTable types;
    private final Deque<String> wanted = new ArrayDeque<>();
    private final Set<String> done = new HashSet<>();
    private final Map<String, String> bases = new TreeMap<>();
    private final Map<String, String> structures = new TreeMap<>();
    private final Map<String, String> enums = new TreeMap<>();
    private int unnamed;

    private IsfWriter(TypeTable types) {
        this.types = types;
        bases.put("pointer", "{\"size\":8,\"signed\":false,\"kind\":\"int\",\"endian\":\"little\"}");
        bases.put("void", "{\"size\":0,\"signed\":false,\"kind\":\"void\",\"endian\":\"little\"}");
    }

    /**
     * The file's text.
     *
     * @param names structures to begin with; those they contain or point to follow
     * @param symbols by the addresses the kernel was linked to
     */
    static String write(TypeTable types, Set<String> names, List<Symbol> symbols, String banner) {
        IsfWriter writer = new IsfWriter(types);
        writer.wanted.addAll(names);
        while (!writer.wanted.isEmpty()) {
            writer.define(writer.wanted.removeFirst());
        }
        Map<String, String> entries = new TreeMap<>();
        symbols.forEach(symbol ->
                entries.put(symbol.name(), "{\"address\":%s}".formatted(Long.toUnsignedString(symbol.address()))));
        String data = Base64.getEncoder().encodeToString((banner + "\0").getBytes(StandardCharsets.UTF_8));
        entries.computeIfPresent(
                "linux_banner", (name, entry) -> entry.replace("}", ",\"constant_data\":\"%s\"}".formatted(data)));
        return "{\"metadata\":{\"format\":\"6.2.0\"},\"base_types\":%s,\"user_types\":%s,\"enums\":%s,\"symbols\":%s}"
                .formatted(object(writer.bases), object(writer.structures), object(writer.enums), object(entries));
    }

    private static String object(Map<String, String> entries) {
        return entries.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private void define(String name) {
        if (done.add(name)) {
            types.reference(name)
                    .map(TypeReference::shape)
                    .filter(TypeShape.Structure.class::isInstance)
                    .ifPresent(shape -> structures.put(bare(name), structure((TypeShape.Structure) shape)));
        }
    }

    private static String bare(String name) {
        return name.substring(name.indexOf(' ') + 1);
    }

    private String structure(TypeShape.Structure shape) {
        Map<String, String> fields = new TreeMap<>();
        for (TypeShape.Member member : shape.members()) {
            long offset = member.bitOffset() / Byte.SIZE;
            String type = descriptor(member.type());
            if (member.bitSize() != 0) {
                type = "{\"kind\":\"bitfield\",\"bit_position\":%d,\"bit_length\":%d,\"type\":%s}"
                        .formatted(member.bitOffset() % Byte.SIZE, member.bitSize(), type);
            }
            String key = member.name().isEmpty() ? "unnamed_field_" + fields.size() : member.name();
            fields.put(
                    key,
                    "{\"offset\":%d,\"anonymous\":%s,\"type\":%s}"
                            .formatted(offset, member.name().isEmpty(), type));
        }
        return "{\"kind\":\"%s\",\"size\":%d,\"fields\":%s}"
                .formatted(shape.layout().name().toLowerCase(Locale.ROOT), shape.bytes(), object(fields));
    }

    private String descriptor(TypeReference type) {
        return switch (type.shape()) {
            case TypeShape.Integral number -> base(number.bytes(), number.encoding());
            case TypeShape.Real number -> base(number.bytes(), TypeShape.Integral.Encoding.UNSIGNED);
            case TypeShape.Pointer pointer -> "{\"kind\":\"pointer\",\"subtype\":%s}".formatted(target(pointer));
            case TypeShape.Array array ->
                "{\"kind\":\"array\",\"count\":%d,\"subtype\":%s}"
                        .formatted(array.length(), descriptor(array.element()));
            case TypeShape.Enumeration values -> enumeration(values);
            case TypeShape.Structure structure -> named(type, structure);
            case TypeShape.Opaque opaque -> "{\"kind\":\"base\",\"name\":\"void\"}";
        };
    }

    /** What a pointer leads to is followed only by name: types lead to each other in circles. */
    private String target(TypeShape.Pointer pointer) {
        String name = pointer.target().name();
        if (name.matches("(struct|union) [A-Za-z0-9_]+")) {
            wanted.add(name);
            return "{\"kind\":\"%s\",\"name\":\"%s\"}".formatted(name.substring(0, name.indexOf(' ')), bare(name));
        }
        return "{\"kind\":\"base\",\"name\":\"void\"}";
    }

    private String base(long bytes, TypeShape.Integral.Encoding encoding) {
        String name = "number_%d_%s".formatted(bytes, encoding);
        boolean isSigned = encoding == TypeShape.Integral.Encoding.SIGNED;
        bases.put(
                name, "{\"size\":%d,\"signed\":%s,\"kind\":\"int\",\"endian\":\"little\"}".formatted(bytes, isSigned));
        return "{\"kind\":\"base\",\"name\":\"%s\"}".formatted(name);
    }

    private String enumeration(TypeShape.Enumeration values) {
        String name = "unnamed_" + unnamed++;
        Map<String, String> constants = new TreeMap<>();
        values.enumerators().forEach(one -> constants.put(one.name(), Long.toString(one.value())));
        enums.put(name, "{\"size\":%d,\"constants\":%s}".formatted(values.bytes(), object(constants)));
        return "{\"kind\":\"enum\",\"name\":\"%s\"}".formatted(name);
    }

    private String named(TypeReference type, TypeShape.Structure structure) {
        String kind = structure.layout().name().toLowerCase(Locale.ROOT);
        String name = type.name().replaceFirst("^(const |volatile )+", "");
        if (name.matches("(struct|union) [A-Za-z0-9_]+")) {
            wanted.add(name);
            return "{\"kind\":\"%s\",\"name\":\"%s\"}".formatted(kind, bare(name));
        }
        String made = "unnamed_" + unnamed++;
        structures.put(made, structure(structure));
        return "{\"kind\":\"%s\",\"name\":\"%s\"}".formatted(kind, made);
    }
}
