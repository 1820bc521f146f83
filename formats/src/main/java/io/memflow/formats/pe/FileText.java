package io.memflow.formats.pe;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Text in a file's own tables. Stateless. */
final class FileText {
    private FileText() {}

    /** Text up to a zero byte; empty when it does not lie in the file or has no end. */
    static Optional<String> at(MemorySegment file, long offset, int longest) {
        if (offset < 0 || offset >= file.byteSize()) {
            return Optional.empty();
        }
        long limit = Math.min(longest, file.byteSize() - offset);
        for (int length = 0; length < limit; length++) {
            if (file.get(ValueLayout.JAVA_BYTE, offset + length) == 0) {
                byte[] bytes = file.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
                return Optional.of(new String(bytes, StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }
}
