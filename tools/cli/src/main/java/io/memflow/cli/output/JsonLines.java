package io.memflow.cli.output;

import io.memflow.core.address.Address;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.Provenance;
import java.io.OutputStream;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Writes one JSON object per line. What is missing is null, addresses are strings of {@code 0x} and hexadecimal digits,
 * and everything but ASCII is escaped, so that the lines are harmless on a terminal too. Confined.
 */
public final class JsonLines implements AutoCloseable {
    private final JsonGenerator json;

    /** Closing ends the text but leaves the stream open. */
    public JsonLines(OutputStream out) {
        JsonFactory factory = JsonFactory.builder()
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .rootValueSeparator((String) null)
                .build();
        json = factory.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8);
    }

    public JsonLines begin() {
        json.writeStartObject();
        return this;
    }

    /** Ends an object, and the line when it was the outermost. */
    public void end() {
        json.writeEndObject();
        if (json.streamWriteContext().inRoot()) {
            json.writeRaw('\n');
        }
    }

    public JsonLines text(String key, @Nullable String value) {
        json.writeName(key);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value);
        }
        return this;
    }

    public JsonLines number(String key, @Nullable Number value) {
        json.writeName(key);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(value.longValue());
        }
        return this;
    }

    /** A size or offset in bytes, unsigned. */
    public JsonLines size(String key, @Nullable Long value) {
        if (value == null || value >= 0) {
            return number(key, value);
        }
        json.writeName(key);
        json.writeNumber(new BigInteger(Long.toUnsignedString(value)));
        return this;
    }

    public JsonLines address(String key, @Nullable Long value) {
        return text(key, value == null ? null : Address.format(value));
    }

    public JsonLines flag(String key, boolean value) {
        json.writeName(key);
        json.writeBoolean(value);
        return this;
    }

    /** A time in seconds, as a decimal number. */
    public JsonLines seconds(String key, @Nullable Duration value) {
        json.writeName(key);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(Units.seconds(value));
        }
        return this;
    }

    public JsonLines texts(String key, List<String> values) {
        json.writeName(key);
        json.writeStartArray();
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
        return this;
    }

    public JsonLines numbers(String key, List<? extends Number> values) {
        json.writeName(key);
        json.writeStartArray();
        for (Number value : values) {
            json.writeNumber(value.longValue());
        }
        json.writeEndArray();
        return this;
    }

    /** Begins an array of objects, to be filled with {@link #begin} and {@link #end}. */
    public JsonLines beginArray(String key) {
        json.writeName(key);
        json.writeStartArray();
        return this;
    }

    public JsonLines endArray() {
        json.writeEndArray();
        return this;
    }

    /** Keys {@code sources} and {@code complete}, and {@code missing} when something is. */
    public JsonLines provenance(Provenance provenance) {
        texts("sources", provenance.sources());
        flag("complete", provenance.isComplete());
        if (!provenance.isComplete()) {
            beginArray("missing");
            for (MissingPart part : provenance.missing()) {
                begin().text("what", part.what()).text("why", part.why()).end();
            }
            endArray();
        }
        return this;
    }

    /** Flushes. */
    @Override
    public void close() {
        json.close();
    }
}
