package io.memflow.connector.qemu.qmp;

import io.memflow.core.error.MalformedDataException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** JSON as QMP uses it: one object a line, to and from plain Java trees. */
final class QmpJson {
    /** QEMU's own parser stops at 1024 levels; its answers use fewer than ten. */
    static final int MAX_DEPTH = 64;

    /** Above a 64-bit integer or a double in full precision. */
    private static final int MAX_NUMBER_LENGTH = 64;

    private static final BigInteger LARGEST_UNSIGNED =
            BigInteger.TWO.pow(Long.SIZE).subtract(BigInteger.ONE);

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(QmpLines.MAX_LINE)
                    .maxNameLength(QmpLines.MAX_LINE)
                    .build())
            .build();

    private QmpJson() {}

    /**
     * Parses one line that must hold one JSON object and nothing else.
     *
     * @throws MalformedDataException when it does not
     */
    static Map<String, @Nullable Object> parseObject(byte[] line) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), line, 0, line.length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw malformed(parser, "a line does not start a JSON object");
            }
            Map<String, @Nullable Object> object = object(parser);
            if (parser.nextToken() != null) {
                throw malformed(parser, "something follows the JSON object on its line");
            }
            return object;
        } catch (JacksonException e) {
            throw new MalformedDataException("QMP", offset(e), e.getOriginalMessage());
        }
    }

    /** The bytes of a command line, newline included. */
    static byte[] command(String command, Map<String, ?> arguments) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            generator.writeStartObject();
            generator.writeStringProperty("execute", command);
            if (!arguments.isEmpty()) {
                generator.writeName("arguments");
                write(generator, arguments);
            }
            generator.writeEndObject();
        }
        return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable Object value(JsonParser parser, @Nullable JsonToken token) {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case null, default -> throw malformed(parser, "a value is missing");
        };
    }

    private static Map<String, @Nullable Object> object(JsonParser parser) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        JsonToken token = parser.nextToken();
        while (token == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            members.put(name, value(parser, parser.nextToken()));
            token = parser.nextToken();
        }
        if (token != JsonToken.END_OBJECT) {
            throw malformed(parser, "an object is not closed");
        }
        return Collections.unmodifiableMap(members);
    }

    private static List<@Nullable Object> array(JsonParser parser) {
        List<@Nullable Object> elements = new ArrayList<>();
        JsonToken token = parser.nextToken();
        while (token != JsonToken.END_ARRAY) {
            elements.add(value(parser, token));
            token = parser.nextToken();
        }
        return Collections.unmodifiableList(elements);
    }

    /** QEMU prints its uint64 fields unsigned: their bits are kept, so that an address stays an address. */
    private static Long integer(JsonParser parser) {
        if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return parser.getLongValue();
        }
        BigInteger wide = parser.getBigIntegerValue();
        if (wide.signum() < 0 || wide.compareTo(LARGEST_UNSIGNED) > 0) {
            throw malformed(parser, "an integer does not fit 64 bits");
        }
        return wide.longValue();
    }

    private static void write(JsonGenerator generator, @Nullable Object value) {
        switch (value) {
            case null -> generator.writeNull();
            case String text -> generator.writeString(text);
            case Boolean flag -> generator.writeBoolean(flag);
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case Double number -> generator.writeNumber(number);
            case Map<?, ?> members -> {
                generator.writeStartObject();
                members.forEach((name, member) -> {
                    generator.writeName(String.valueOf(name));
                    write(generator, member);
                });
                generator.writeEndObject();
            }
            case List<?> elements -> {
                generator.writeStartArray();
                elements.forEach(element -> write(generator, element));
                generator.writeEndArray();
            }
            default ->
                throw new IllegalArgumentException(
                        "QMP arguments are Map, List, String, Integer, Long, Double, Boolean or null, not "
                                + value.getClass().getName());
        }
    }

    private static MalformedDataException malformed(JsonParser parser, String reason) {
        return new MalformedDataException(
                "QMP", Math.max(0, parser.currentLocation().getByteOffset()), reason);
    }

    private static long offset(JacksonException e) {
        return e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
    }
}
