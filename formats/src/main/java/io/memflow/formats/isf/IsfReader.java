package io.memflow.formats.isf;

import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolList;
import io.memflow.core.symbol.TypeShape;
import io.memflow.core.symbol.TypeShape.Integral.Encoding;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** Reads an ISF file from front to back; what it does not know is passed over. Confined. */
final class IsfReader {
    /** Real descriptors nest under ten deep. */
    static final int DEEPEST = 64;

    private static final String BANNER = "linux_banner";
    /** Larger than any structure of a kernel by far; keeps offsets in bits within 64 bits. */
    private static final long LARGEST_OFFSET = 1L << 40;

    /** Names of symbols differ all: a table of them would only cost. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    private final JsonParser json;
    private final Map<String, IsfEntries.Base> bases = new HashMap<>();
    private final Map<String, IsfEntries.Structure> structures = new HashMap<>();
    private final Map<String, IsfEntries.Values> enums = new HashMap<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private Optional<String> banner = Optional.empty();
    private boolean isFormat;

    IsfReader(MemorySegment file) {
        byte[] bytes = file.toArray(ValueLayout.JAVA_BYTE);
        try {
            json = FACTORY.createParser(ObjectReadContext.empty(), bytes);
        } catch (JacksonException noJson) {
            throw refused(noJson);
        }
    }

    private static RuntimeException refused(JacksonException noJson) {
        long offset = noJson.getLocation() == null
                ? 0
                : Math.max(0, noJson.getLocation().getByteOffset());
        return Isf.malformed(offset, "no JSON: " + noJson.getOriginalMessage());
    }

    Isf read() {
        try (JsonParser closing = json) {
            if (closing.nextToken() != JsonToken.START_OBJECT) {
                throw wrong("an object");
            }
            readObject(this::section);
        } catch (JacksonException noJson) {
            throw refused(noJson);
        }
        if (!isFormat || (structures.isEmpty() && symbols.isEmpty())) {
            throw Isf.malformed(0, "neither user_types nor symbols: this is other JSON");
        }
        return new Isf(SymbolList.of(symbols), new IsfTypes(new IsfEntries(bases, structures, enums)), banner);
    }

    /** Reads one value of an object; the parser stands on its first token and is left on its last. */
    private interface Value {
        void read(String key);
    }

    private void readObject(Value value) {
        require(JsonToken.START_OBJECT, "an object");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            json.nextToken();
            value.read(key);
        }
        require(JsonToken.END_OBJECT, "the end of an object");
    }

    private void section(String name) {
        switch (name) {
            case "metadata" -> json.skipChildren();
            case "base_types" -> readObject(this::base);
            case "user_types" -> {
                isFormat = true;
                readObject(this::structure);
            }
            case "enums" -> readObject(this::enumeration);
            case "symbols" -> {
                isFormat = true;
                readObject(this::symbol);
            }
            default -> json.skipChildren();
        }
    }

    private void base(String name) {
        Draft draft = new Draft();
        readObject(draft::read);
        Encoding encoding = switch (draft.kind) {
            case "bool" -> Encoding.BOOLEAN;
            case "char" -> Encoding.CHARACTER;
            default -> draft.isSigned ? Encoding.SIGNED : Encoding.UNSIGNED;
        };
        bases.put(name, new IsfEntries.Base(draft.size, draft.kind, encoding));
    }

    private void structure(String name) {
        Draft draft = new Draft();
        readObject(draft::read);
        draft.fields.sort(Comparator.comparingLong(IsfEntries.Field::offset)
                .thenComparing(field -> field.type() instanceof IsfType.BitField bits ? bits.position() : 0));
        structures.put(
                name,
                new IsfEntries.Structure(
                        draft.size,
                        draft.kind.equals("union")
                                ? TypeShape.Structure.Layout.UNION
                                : TypeShape.Structure.Layout.STRUCT,
                        draft.fields));
    }

    private void enumeration(String name) {
        Draft draft = new Draft();
        readObject(draft::read);
        enums.put(name, new IsfEntries.Values(draft.size, draft.constants));
    }

    private void symbol(String name) {
        Draft draft = new Draft();
        readObject(draft::read);
        symbols.add(new Symbol(name, draft.address, '?', ""));
        if (name.equals(BANNER) && !draft.data.isEmpty()) {
            banner = Optional.of(text(draft.data));
        }
    }

    private String text(String base64) {
        try {
            String text = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            int end = text.indexOf('\0');
            return end < 0 ? text : text.substring(0, end);
        } catch (IllegalArgumentException noBase64) {
            throw Isf.malformed(offset(), "the data of " + BANNER + " is no base64");
        }
    }

    /** The keys of all kinds of entries; each kind has some. Confined. */
    private final class Draft {
        long size;
        long address;
        String kind = "";
        String data = "";
        boolean isSigned;
        final List<IsfEntries.Field> fields = new ArrayList<>();
        final List<TypeShape.Enumerator> constants = new ArrayList<>();

        void read(String key) {
            switch (key) {
                case "size" -> size = bounded(LARGEST_OFFSET);
                case "address" -> address = number();
                case "kind" -> kind = string();
                case "constant_data" -> data = json.currentToken() == JsonToken.VALUE_NULL ? "" : string();
                case "signed" -> isSigned = json.currentToken() == JsonToken.VALUE_TRUE;
                case "fields" -> readObject(this::field);
                case "constants" -> readObject(name -> constants.add(new TypeShape.Enumerator(name, number())));
                default -> json.skipChildren();
            }
        }

        private void field(String name) {
            Member member = new Member();
            readObject(member::read);
            IsfType type = member.type;
            if (type == null) {
                throw Isf.malformed(offset(), "member \"%s\" has no type".formatted(name));
            }
            fields.add(new IsfEntries.Field(member.isAnonymous ? "" : name, member.offset, type));
        }
    }

    /** One member while it is read. Confined. */
    private final class Member {
        long offset;
        boolean isAnonymous;

        @Nullable
        IsfType type;

        void read(String key) {
            switch (key) {
                case "offset" -> offset = bounded(LARGEST_OFFSET);
                case "anonymous" -> isAnonymous = json.currentToken() == JsonToken.VALUE_TRUE;
                case "type" -> type = type(0);
                default -> json.skipChildren();
            }
        }
    }

    private IsfType type(int depth) {
        if (depth > DEEPEST) {
            throw Isf.malformed(offset(), "a type nests more than %d deep".formatted(DEEPEST));
        }
        Descriptor descriptor = new Descriptor(depth);
        readObject(descriptor::read);
        return descriptor.type();
    }

    /** One type descriptor while it is read: its keys come in any order. Confined. */
    private final class Descriptor {
        private final int depth;
        private String kind = "";
        private String name = "";
        private long count;
        private int position;
        private int length;
        private @Nullable IsfType inner;

        Descriptor(int depth) {
            this.depth = depth;
        }

        void read(String key) {
            switch (key) {
                case "kind" -> kind = string();
                case "name" -> name = string();
                case "count" -> count = bounded(LARGEST_OFFSET);
                case "bit_position" -> position = (int) bounded(Integer.MAX_VALUE);
                case "bit_length" -> length = (int) bounded(Long.SIZE * 2L);
                case "subtype", "type" -> inner = IsfReader.this.type(depth + 1);
                default -> json.skipChildren();
            }
        }

        IsfType type() {
            return switch (kind) {
                case "base" -> new IsfType.Named(IsfType.Kind.BASE, name);
                case "struct", "class" -> new IsfType.Named(IsfType.Kind.STRUCT, name);
                case "union" -> new IsfType.Named(IsfType.Kind.UNION, name);
                case "enum" -> new IsfType.Named(IsfType.Kind.ENUM, name);
                case "pointer" -> new IsfType.Pointer(inner());
                case "array" -> new IsfType.Array(count, inner());
                case "bitfield" -> new IsfType.BitField(position, length, inner());
                default -> new IsfType.Other(kind.isEmpty() ? "?" : kind);
            };
        }

        private IsfType inner() {
            IsfType known = inner;
            return known == null ? new IsfType.Named(IsfType.Kind.BASE, "void") : known;
        }
    }

    private String string() {
        require(JsonToken.VALUE_STRING, "a string");
        return json.getString();
    }

    /** A whole number of 64 bits, signed or not. */
    private long number() {
        require(JsonToken.VALUE_NUMBER_INT, "a whole number");
        BigInteger value = json.getBigIntegerValue();
        if (value.bitLength() > Long.SIZE) {
            throw Isf.malformed(offset(), "a number of more than 64 bits");
        }
        return value.longValue();
    }

    private long bounded(long largest) {
        long value = number();
        if (value < 0 || value > largest) {
            throw Isf.malformed(offset(), "%d where at most %d can be".formatted(value, largest));
        }
        return value;
    }

    private void require(JsonToken expected, String what) {
        if (json.currentToken() != expected) {
            throw wrong(what);
        }
    }

    private RuntimeException wrong(String expected) {
        return Isf.malformed(offset(), "%s where %s should be".formatted(json.currentToken(), expected));
    }

    private long offset() {
        return Math.max(0, json.currentTokenLocation().getByteOffset());
    }
}
