package io.memflow.formats.crashdump;

import java.util.List;

/**
 * Why a kernel stopped.
 *
 * @param code the stop code, such as 0x7E
 * @param parameters its four parameters
 */
public record BugCheck(long code, List<Long> parameters) {
    public BugCheck {
        parameters = List.copyOf(parameters);
    }
}
