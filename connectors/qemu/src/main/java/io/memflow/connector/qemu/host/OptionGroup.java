package io.memflow.connector.qemu.host;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The value of one QEMU option: {@code first,key=value,flag}, or the same as a JSON object. A comma inside a value is
 * written twice. Immutable. Source: QEMU's qemu-options documentation and util/keyval.c.
 *
 * @param values by key, in the order written; a key without value counts as {@code on}
 */
record OptionGroup(Map<String, String> values) {
    OptionGroup {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Reads a value. What is malformed is left out: QEMU itself accepted the text, so it is only not understood here.
     *
     * @param impliedKey what a first part without {@code =} is the value of
     */
    static OptionGroup parse(String text, String impliedKey) {
        if (text.startsWith("{")) {
            return new OptionGroup(json(text));
        }
        Map<String, String> values = new LinkedHashMap<>();
        List<String> parts = split(text);
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            int equals = part.indexOf('=');
            if (equals >= 0) {
                values.put(part.substring(0, equals), part.substring(equals + 1));
            } else if (i == 0) {
                values.put(impliedKey, part);
            } else if (part.startsWith("no")) {
                // The old form: nowait is wait=off.
                values.put(part.substring(2), "off");
            } else {
                values.put(part, "on");
            }
        }
        return new OptionGroup(values);
    }

    Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    boolean isOn(String key) {
        String value = values.getOrDefault(key, "off");
        return value.equals("on") || value.equals("yes") || value.equals("true") || value.equals("y");
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ',') {
                part.append(c);
            } else if (i + 1 < text.length() && text.charAt(i + 1) == ',') {
                part.append(c);
                i++;
            } else {
                parts.add(part.toString());
                part.setLength(0);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    /** The members that are single values; lists and objects inside are skipped. */
    private static Map<String, String> json(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
                    parser.skipChildren();
                } else {
                    values.put(name, parser.getString());
                }
            }
        } catch (JacksonException notJson) {
            return Map.of();
        }
        return values;
    }
}
